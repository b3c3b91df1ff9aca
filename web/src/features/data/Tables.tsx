import { useState } from "react";
import { formatCount } from "../../lib/format";
import { dataText } from "../../text/data";
import { ColumnTable } from "./ColumnTable";
import { EditText, Words } from "./EditText";
import { splitWords } from "./profile";
import { Sample } from "./Sample";
import type { Change, DatasetDetail, Table } from "./queries";

interface Props {
  dataset: DatasetDetail;
  onChange?: (change: Change) => Promise<void>;
}

/** A dataset's tables: a list to choose from, and one of them. */
export function Tables({ dataset, onChange }: Props) {
  const tables = dataset.tables ?? [];
  const [chosen, setChosen] = useState(tables[0]?.name);
  const table = tables.find((one) => one.name === chosen) ?? tables[0];
  if (!table) return null;
  return (
    <section className="space-y-3">
      <h2 className="text-lg font-semibold">{dataText.schema}</h2>
      <div className={tables.length > 1 ? "grid gap-4 lg:grid-cols-[13rem_minmax(0,1fr)]" : ""}>
        {tables.length > 1 && (
          <nav aria-label={dataText.tableNav}>
            <ul className="flex flex-wrap gap-1 lg:sticky lg:top-0 lg:max-h-[70vh] lg:flex-col lg:flex-nowrap lg:overflow-y-auto lg:p-0.5">
              {tables.map((one) => (
                <li key={one.name} className="min-w-0">
                  <button
                    type="button"
                    aria-current={one === table ? "true" : undefined}
                    onClick={() => setChosen(one.name)}
                    className={`control flex w-full items-center justify-between gap-3 rounded-md px-2.5 text-left text-sm ${
                      one === table ? "bg-accent-soft font-medium text-accent" : "text-ink-2 hover:bg-sunken"
                    }`}
                  >
                    <span className="truncate">{one.name}</span>
                    <span className={`num shrink-0 text-xs ${one === table ? "" : "text-ink-3"}`}>
                      {formatCount(one.rows)}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </nav>
        )}
        <OneTable
          key={`${dataset.version}.${table.name}`}
          table={table}
          onChange={onChange && ((words) => onChange({ tables: [{ name: table.name, ...words }] }))}
        />
      </div>
    </section>
  );
}

/** What can be said about one table. */
export type TableChange = Omit<NonNullable<Change["tables"]>[number], "name">;

interface TableProps {
  table: Table;
  onChange?: (change: TableChange) => Promise<void>;
}

function OneTable({ table, onChange }: TableProps) {
  const words = dataText.table;
  return (
    <article className="min-w-0 space-y-4 rounded-lg border border-line bg-surface p-4 max-sm:p-3">
      <header className="space-y-1">
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h3 className="font-mono font-semibold wrap-anywhere">{table.name}</h3>
          <p className="num text-sm text-ink-3">
            {dataText.rows(table.rows)} · {dataText.columns(table.columns.length)}
            {table.key && table.key.length > 0 && ` · ${words.key(table.key.join(", "))}`}
          </p>
        </div>
        <EditText
          what={`${words.description}: ${table.name}`}
          value={table.description ?? ""}
          lines
          onSave={onChange && ((description) => onChange({ description }))}
        >
          {table.description ? (
            <span className="block max-w-[65ch] text-ink-2">{table.description}</span>
          ) : (
            onChange && <span className="text-ink-3">{words.addDescription}</span>
          )}
        </EditText>
        <EditText
          what={`${words.synonyms}: ${table.name}`}
          value={(table.synonyms ?? []).join(", ")}
          hint={words.synonymsHint}
          onSave={onChange && ((text) => onChange({ synonyms: splitWords(text) }))}
        >
          <Words words={table.synonyms} none={words.noSynonyms} />
        </EditText>
      </header>
      <ColumnTable table={table} onChange={onChange} />
      <Sample table={table} />
    </article>
  );
}
