import { Check, ChevronDown, CircleX, Database, LoaderCircle } from "lucide-react";
import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue, Text } from "react-aria-components";
import type { Dataset } from "../../lib/protocol";
import { formatAgo } from "../../lib/format";
import { text } from "../../text";
import { isBusy } from "./queries";

/** What there is to say about a dataset in one line. */
export function datasetLine(dataset: Dataset): string {
  if (dataset.state !== "ready") return text.dataset.state[dataset.state];
  return text.dataset.facts(dataset.rows, dataset.tables.length);
}

function StateIcon({ dataset }: { dataset: Dataset }) {
  if (isBusy(dataset))
    return <LoaderCircle size={15} aria-hidden className="shrink-0 animate-spin text-run" />;
  if (dataset.state === "failed") return <CircleX size={15} aria-hidden className="shrink-0 text-bad" />;
  return <Database size={15} aria-hidden className="shrink-0 text-ink-3" />;
}

export function DatasetPicker({
  datasets,
  current,
  onChange,
}: {
  datasets: Dataset[];
  current?: Dataset;
  onChange: (id: string) => void;
}) {
  const fresh = current?.prepared_at ?? current?.created_at;
  return (
    <div className="flex min-w-0 items-center gap-3">
      <Select
        className="min-w-0"
        aria-label={text.dataset.label}
        placeholder={text.dataset.none}
        value={current?.id ?? null}
        onChange={(key) => key !== null && onChange(String(key))}
        isDisabled={datasets.length === 0}
      >
        <Button className="control inline-flex max-w-[min(14rem,100%)] items-center gap-2 rounded-md border border-line-strong bg-surface px-3 text-sm font-medium transition-colors hover:bg-sunken data-disabled:opacity-60">
          {current && <StateIcon dataset={current} />}
          <SelectValue className="min-w-0 truncate">{() => current?.title ?? text.dataset.none}</SelectValue>
          <ChevronDown size={14} aria-hidden className="shrink-0 text-ink-3" />
        </Button>
        <Popover className="rise z-50 w-88 max-w-[calc(100vw-2rem)] overflow-y-auto rounded-lg border border-line-strong bg-surface p-1 shadow-lg">
          <ListBox items={datasets} className="outline-none">
            {(dataset) => (
              <ListBoxItem
                id={dataset.id}
                textValue={dataset.title}
                className="flex cursor-default items-start gap-2.5 rounded-md px-2.5 py-2 outline-none data-focused:bg-accent-soft"
              >
                <span className="mt-0.5">
                  <StateIcon dataset={dataset} />
                </span>
                {/* Both lines are the name: what is seen and what is read out are the same. */}
                <Text slot="label" className="min-w-0 flex-1">
                  <span className="block truncate text-sm font-medium">{dataset.title} </span>
                  <span className="num block text-xs text-ink-2">{datasetLine(dataset)}</span>
                </Text>
                {dataset.id === current?.id && (
                  <Check size={15} aria-hidden className="mt-0.5 shrink-0 text-accent" />
                )}
              </ListBoxItem>
            )}
          </ListBox>
        </Popover>
      </Select>
      {current && (
        <p className="num truncate text-sm text-ink-3 max-md:hidden">
          {datasetLine(current)}
          {current.state === "ready" && fresh && `, ${text.dataset.updated(formatAgo(fresh))}`}
        </p>
      )}
    </div>
  );
}
