import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { api } from "../../lib/api";
import { formatCount } from "../../lib/format";
import type { Dataset } from "../../lib/protocol";
import { text } from "../../text";

/** What there is to ask about: every table with its columns. */
export default function SchemaPeek({ dataset }: { dataset: Dataset }) {
  const [open, setOpen] = useState(false);
  const schema = useQuery({
    queryKey: ["schema", dataset.id, dataset.version],
    queryFn: () => api.schema(dataset.id),
    enabled: open,
    staleTime: Infinity,
  });
  return (
    <details className="group" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="control mx-auto flex w-fit cursor-default list-none items-center gap-1.5 rounded-md px-2 text-sm text-ink-2 hover:text-ink">
        <ChevronRight size={15} aria-hidden className="transition-transform group-open:rotate-90" />
        {text.dataset.columns}
      </summary>
      {schema.isError && <p className="py-2 text-center text-sm text-ink-3">{text.dataset.columnsFailed}</p>}
      {schema.isPending && open && <p className="late py-2 text-center text-sm text-ink-3">{text.loading}</p>}
      <div className="mt-2 grid gap-3 text-left sm:grid-cols-2">
        {schema.data?.tables.map((table) => (
          <section key={table.name} className="rounded-md border border-line bg-surface p-3">
            <h2 className="flex justify-between gap-3 text-sm font-medium">
              <span className="truncate">{table.name}</span>
              <span className="num font-normal text-ink-3">{formatCount(table.rows)}</span>
            </h2>
            <ul className="mt-2 space-y-0.5 text-xs">
              {table.columns.map((column) => (
                <li key={column.name} title={column.description} className="flex justify-between gap-3">
                  <span className="truncate font-mono text-ink-2">{column.name}</span>
                  <span className="text-ink-3">{[column.type, column.unit].filter(Boolean).join(", ")}</span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </details>
  );
}
