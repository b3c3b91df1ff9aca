import { Link } from "@tanstack/react-router";
import { CircleX, FileUp, LoaderCircle, Search, X } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { formatAgo, formatBytes, formatMoment } from "../../lib/format";
import { text } from "../../text";
import { dataText } from "../../text/data";
import { Button, IconButton } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { Page, PageLoading } from "../../ui/Page";
import { useFileDrop } from "../datasets/useFileDrop";
import { openUpload } from "../uploads/open";
import { useSearch, type Found } from "./queries";

/** The datasets there are. */
export default function DataPage() {
  const [query, setQuery] = useState("");
  const asked = useDeferredValue(query.trim());
  const datasets = useSearch(asked);
  useFileDrop((entries, files) => openUpload({ entries, files }));
  const list = datasets.data;
  const upload = (
    <Button kind="solid" onPress={() => openUpload()}>
      <FileUp size={16} aria-hidden />
      {dataText.upload}
    </Button>
  );
  return (
    <Page title={dataText.title} docTitle={dataText.docTitle} actions={upload}>
      <SearchField value={query} onChange={setQuery} />
      {datasets.isPending && <PageLoading />}
      {datasets.isError && (
        <Notice tone="bad" title={text.dataset.listFailed} hint={text.net.unreachableHint}>
          <Button onPress={() => void datasets.refetch()}>{text.tryAgain}</Button>
        </Notice>
      )}
      {list && (
        <p role="status" className={asked === "" || list.length === 0 ? "sr-only" : "text-sm text-ink-3"}>
          {dataText.searching(list.length)}
        </p>
      )}
      {list?.length === 0 &&
        (asked === "" ? (
          <Notice tone="neutral" title={dataText.empty} hint={dataText.emptyHint}>
            {upload}
          </Notice>
        ) : (
          <Notice tone="neutral" title={dataText.nothingFound(asked)} hint={dataText.nothingFoundHint}>
            <Button onPress={() => setQuery("")}>{dataText.clear}</Button>
          </Notice>
        ))}
      <ul aria-label={dataText.list} className="space-y-3">
        {list?.map((dataset) => (
          <DatasetItem key={dataset.id} dataset={dataset} />
        ))}
      </ul>
    </Page>
  );
}

function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <div role="search" className="relative">
      <Search size={16} aria-hidden className="absolute top-1/2 left-3 -translate-y-1/2 text-ink-3" />
      <input
        type="text"
        value={value}
        aria-label={dataText.search}
        placeholder={dataText.search}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && onChange("")}
        className="h-10 w-full rounded-md border border-line-strong bg-surface pr-10 pl-9 text-base placeholder:text-ink-3"
      />
      {value !== "" && (
        <IconButton
          label={dataText.clear}
          onPress={() => onChange("")}
          className="absolute top-1/2 right-1 -translate-y-1/2"
        >
          <X size={16} aria-hidden />
        </IconButton>
      )}
    </div>
  );
}

function DatasetItem({ dataset }: { dataset: Found }) {
  const when = dataset.prepared_at ?? dataset.created_at;
  const facts = [
    // What is in it is not known before it was read.
    ...(dataset.tables.length > 0
      ? [dataText.rows(dataset.rows), dataText.tables(dataset.tables.length)]
      : []),
    formatBytes(dataset.bytes),
    ...(dataset.rejected > 0 ? [dataText.rejected(dataset.rejected)] : []),
  ];
  return (
    <li className="relative rounded-lg border border-line bg-surface p-4 hover:border-line-strong">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="min-w-0 text-base font-semibold wrap-break-word">
          <Link
            to="/data/$datasetId"
            params={{ datasetId: dataset.id }}
            className="after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-accent"
          >
            {dataset.title}
          </Link>
        </h2>
        <State dataset={dataset} />
        <span className="num ml-auto text-xs max-sm:ml-0 text-ink-3" title={formatMoment(when)}>
          {text.dataset.updated(formatAgo(when))}
          {dataset.demo
            ? ` · ${dataText.demo}`
            : dataset.uploaded_by && ` · ${dataText.by(dataset.uploaded_by)}`}
        </span>
      </div>
      {dataset.description && (
        <p className="mt-1 line-clamp-2 max-w-[65ch] text-sm text-ink-2">{dataset.description}</p>
      )}
      <p className="num mt-2 text-sm text-ink-3">{facts.join(" · ")}</p>
      {dataset.state === "failed" && dataset.fault && (
        <p className="mt-2 text-sm text-bad">{dataset.fault.message}</p>
      )}
      {dataset.matches && dataset.matches.length > 0 && (
        <ul className="mt-3 space-y-1 border-t border-line pt-3 text-sm">
          {dataset.matches.map((match, at) => (
            <li key={at} className="flex flex-wrap gap-x-2">
              <span className="font-mono text-xs leading-5 text-ink-2">
                {dataText.where(match.table, match.column)}
              </span>
              {match.in !== "name" && (
                <span className="min-w-0 text-ink-3">
                  <span className="sr-only">{dataText.match[match.in]} </span>
                  <span className="line-clamp-1">{match.text}</span>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** The state, where it is not the usual one. */
function State({ dataset }: { dataset: Found }) {
  if (dataset.state === "ready") return <span className="sr-only">{text.dataset.state.ready}</span>;
  const failed = dataset.state === "failed";
  const Icon = failed ? CircleX : LoaderCircle;
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-sm px-1.5 py-0.5 text-xs font-medium ${failed ? "bg-bad-soft text-bad" : "bg-run-soft text-run"}`}
    >
      <Icon size={13} aria-hidden className={failed ? "" : "animate-spin motion-reduce:animate-none"} />
      {text.dataset.state[dataset.state]}
    </span>
  );
}
