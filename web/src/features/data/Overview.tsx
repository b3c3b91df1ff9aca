import { formatAgo, formatBytes, formatCount, formatMoment } from "../../lib/format";
import { dataText } from "../../text/data";
import { EditText } from "./EditText";
import { splitWords } from "./profile";
import type { Change, DatasetDetail } from "./queries";

interface Props {
  dataset: DatasetDetail;
  onChange?: (change: Change) => Promise<void>;
}

/** What a dataset is about, in words and in numbers. */
export function Overview({ dataset, onChange }: Props) {
  const words = dataText.facts;
  const tables = dataset.tables ?? [];
  const known = dataset.state === "ready" || tables.length > 0;
  const sum = (of: (table: (typeof tables)[number]) => number) => tables.reduce((n, t) => n + of(t), 0);
  const rejected = sum((table) => table.rejected ?? 0);
  const when = dataset.prepared_at ?? dataset.created_at;
  const facts: [string, string, string?][] = [
    // What is in it is not known before it was read.
    ...(known
      ? ([
          [words.rows, formatCount(sum((table) => table.rows))],
          [words.tables, formatCount(tables.length)],
        ] as [string, string][])
      : []),
    [words.size, formatBytes(dataset.files.reduce((n, file) => n + file.bytes, 0))],
    [words.updated, formatAgo(when), formatMoment(when)],
    [words.version, dataset.version.slice(0, 12), dataset.version],
    ...(known
      ? ([[words.rejected, rejected === 0 ? dataText.none : formatCount(rejected)]] as [string, string][])
      : []),
    ...(dataset.owner
      ? ([[words.owner, dataset.demo ? dataText.demo : dataset.owner]] as [string, string][])
      : []),
  ];
  return (
    <section className="space-y-4">
      {onChange && (
        <EditText what={dataText.titleLabel} value={dataset.title} onSave={(title) => onChange({ title })}>
          <span className="text-xl font-semibold tracking-tight">{dataset.title}</span>
        </EditText>
      )}
      <EditText
        what={dataText.description}
        value={dataset.description ?? ""}
        lines
        onSave={onChange && ((description) => onChange({ description }))}
      >
        {dataset.description ? (
          <span className="block max-w-[65ch] text-base text-ink-2">{dataset.description}</span>
        ) : (
          onChange && <span className="text-ink-3">{dataText.addDescription}</span>
        )}
      </EditText>
      <dl
        aria-label={words.label}
        className="flex flex-wrap gap-x-8 gap-y-3 rounded-lg border border-line bg-surface px-4 py-3"
      >
        {facts.map(([name, value, full]) => (
          <div key={name} className="min-w-20">
            <dt className="text-xs text-ink-3">{name}</dt>
            <dd className="num font-medium wrap-anywhere" title={full ?? value}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      <div>
        <h2 className="text-sm font-medium">{dataText.prompts}</h2>
        <EditText
          what={dataText.prompts}
          value={(dataset.prompts ?? []).join("\n")}
          hint={dataText.promptsHint}
          lines
          onSave={onChange && ((text) => onChange({ prompts: splitWords(text, /\n/) }))}
        >
          {dataset.prompts && dataset.prompts.length > 0 ? (
            <ul className="list-disc space-y-0.5 pl-5 text-ink-2">
              {dataset.prompts.map((prompt) => (
                <li key={prompt}>{prompt}</li>
              ))}
            </ul>
          ) : (
            <span className="text-ink-3">{dataText.noPrompts}</span>
          )}
        </EditText>
      </div>
    </section>
  );
}
