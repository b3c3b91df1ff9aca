import { ChevronRight } from "lucide-react";
import { isNumeric, NO_VALUE } from "../../lib/format";
import { dataText } from "../../text/data";
import type { Table } from "./queries";

/** The first rows of a table, as they were kept when it was prepared. */
export function Sample({ table }: { table: Table }) {
  const rows = table.sample ?? [];
  if (table.rows === 0) return null;
  return (
    <details className="group">
      <summary className="control flex w-fit cursor-default list-none items-center gap-1.5 rounded-md text-sm text-ink-2 hover:text-ink">
        <ChevronRight size={15} aria-hidden className="transition-transform group-open:rotate-90" />
        {dataText.table.sample}
      </summary>
      {rows.length === 0 ? (
        <p className="py-2 text-sm text-ink-3">{dataText.table.noSample}</p>
      ) : (
        <div
          role="region"
          tabIndex={0}
          aria-label={dataText.table.sampleCaption(table.name)}
          className="mt-2 overflow-x-auto rounded-md border border-line"
        >
          <table className="w-full text-sm">
            <thead className="bg-sunken text-left text-xs text-ink-3">
              <tr>
                {table.columns.map((column) => (
                  <th
                    key={column.name}
                    scope="col"
                    className={`px-3 py-1.5 font-mono font-medium whitespace-nowrap ${isNumeric(column.type) ? "text-right" : ""}`}
                  >
                    {column.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={at} className="border-t border-line">
                  {table.columns.map((column, i) => (
                    <td
                      key={column.name}
                      className={`max-w-64 truncate px-3 py-1.5 ${isNumeric(column.type) ? "num text-right" : ""}`}
                      title={row[i] ?? undefined}
                    >
                      {row[i] ?? <span className="text-ink-3">{NO_VALUE}</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
