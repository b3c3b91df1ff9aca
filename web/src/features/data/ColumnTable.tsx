import { ChevronRight, EyeOff } from "lucide-react";
import { Fragment, useId, useState } from "react";
import { isNumeric } from "../../lib/format";
import { dataText } from "../../text/data";
import { ColumnDetails } from "./ColumnDetails";
import { distinct, examples, filterColumns, nullShare, range } from "./profile";
import { TinySpread } from "./Spread";
import type { Table } from "./queries";
import type { TableChange } from "./Tables";

/** From how many columns on it is worth looking for one. */
const MANY = 12;

interface Props {
  table: Table;
  onChange?: (change: TableChange) => Promise<void>;
}

const HEAD = "px-2 py-1.5 font-medium";
const CELL = "px-2 py-1.5 align-middle";

/** The columns of a table with what they hold; each opens to its details. */
export function ColumnTable({ table, onChange }: Props) {
  const words = dataText.table;
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState<string>();
  const id = useId();
  const shown = filterColumns(table, query);
  return (
    <div className="space-y-2">
      {table.columns.length > MANY && (
        <input
          type="text"
          value={query}
          aria-label={words.filter}
          placeholder={words.filter}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && setQuery("")}
          className="control w-full max-w-xs rounded-md border border-line-strong bg-surface px-2.5 text-sm placeholder:text-ink-3"
        />
      )}
      <table aria-label={words.caption(table.name)} className="w-full text-sm">
        <thead className="border-b border-line text-left text-xs text-ink-3">
          <tr>
            <th scope="col" className={`${HEAD} pl-0`}>
              {words.column}
            </th>
            <th scope="col" className={`${HEAD} max-md:hidden`}>
              {words.type}
            </th>
            <th scope="col" className={`${HEAD} w-16 text-right`}>
              {words.nulls}
            </th>
            <th scope="col" className={`${HEAD} text-right max-md:hidden`}>
              {words.distinct}
            </th>
            <th scope="col" className={`${HEAD} max-xl:hidden`}>
              {words.range}
            </th>
            <th scope="col" className={`${HEAD} w-20`}>
              {words.shape}
            </th>
            <th scope="col" className={`${HEAD} w-1/4 max-lg:hidden`}>
              {words.examples}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((at) => {
            const column = table.columns[at]!;
            const isOpen = open === column.name;
            const details = `${id}-${at}`;
            return (
              <Fragment key={column.name}>
                <tr className={`border-b border-line ${isOpen ? "border-b-0" : ""} hover:bg-sunken/50`}>
                  <th scope="row" className={`${CELL} pl-0 text-left font-normal`}>
                    <button
                      type="button"
                      aria-expanded={isOpen}
                      aria-controls={isOpen ? details : undefined}
                      aria-label={dataText.column.show(column.name)}
                      onClick={() => setOpen(isOpen ? undefined : column.name)}
                      className="flex min-h-6 min-w-28 items-center gap-1.5 md:min-w-40 rounded-sm text-left hover:text-accent"
                    >
                      <ChevronRight
                        size={14}
                        aria-hidden
                        className={`shrink-0 text-ink-3 transition-transform ${isOpen ? "rotate-90" : ""}`}
                      />
                      <span className={`font-mono wrap-anywhere ${column.hidden ? "text-ink-3" : ""}`}>
                        {column.name}
                      </span>
                      {column.hidden && (
                        <EyeOff
                          size={14}
                          role="img"
                          aria-label={dataText.column.hidden}
                          className="shrink-0 text-ink-3"
                        />
                      )}
                    </button>
                    <span className="block pl-5 text-xs text-ink-3 md:hidden">{column.type}</span>
                  </th>
                  <td className={`${CELL} text-ink-2 max-md:hidden`}>
                    {[column.type, column.unit].filter(Boolean).join(", ")}
                  </td>
                  <td className={`${CELL} num text-right text-ink-2`}>{nullShare(column, table.rows)}</td>
                  <td className={`${CELL} num text-right whitespace-nowrap text-ink-2 max-md:hidden`}>
                    {distinct(column)}
                  </td>
                  <td
                    className={`${CELL} ${isNumeric(column.type) ? "num" : ""} max-w-60 truncate text-ink-2 max-xl:hidden`}
                  >
                    {range(column)}
                  </td>
                  <td className={CELL}>
                    <TinySpread column={column} />
                  </td>
                  <td className={`${CELL} w-1/4 max-w-0 truncate text-ink-3 max-lg:hidden`}>
                    {examples(table, at).join(" · ")}
                  </td>
                </tr>
                {isOpen && (
                  <tr className="border-b border-line">
                    <td colSpan={7} id={details} className="pb-4 pl-5">
                      <ColumnDetails
                        column={column}
                        rows={table.rows}
                        onChange={
                          onChange && ((change) => onChange({ columns: [{ name: column.name, ...change }] }))
                        }
                      />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
      {shown.length === 0 && <p className="text-sm text-ink-3">{words.noColumn}</p>}
    </div>
  );
}
