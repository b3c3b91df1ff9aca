import {
  createSortedRowModel,
  rowSortingFeature,
  sortFns,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { isNumeric, NO_VALUE, type ColumnFormat } from "../../lib/format";
import type { Cell } from "../../lib/protocol";
import { CopyButton } from "../../ui/CopyButton";
import { text } from "../../text";
import { usePointing } from "./pointing";

interface Row {
  /** Its place in the result, whatever the table is sorted by. */
  at: number;
  cells: Cell[];
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns });
const ROW_PX = 32;
/** A table this short is shown whole; a longer one scrolls. */
const WHOLE_ROWS = 15;
const SCROLLED_ROWS = 12.5;
const collator = new Intl.Collator("en", { numeric: true });

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return collator.compare(String(a), String(b));
}

/** Wide enough for what is in the column, within reason. */
function columnWidth(format: ColumnFormat, rows: Cell[][], at: number): number {
  const sample = rows.slice(0, 200).map((row) => format.format(row[at] ?? null).length);
  const header = format.name.length * 8.4 + 46;
  return Math.round(Math.min(Math.max(header, Math.max(0, ...sample) * 7.6 + 30, 76), 380));
}

/** Rows as tab-separated text, which spreadsheets take; values are exact, not rounded as shown. */
function asText(formats: ColumnFormat[], rows: Row[]): string {
  const clean = (value: Cell) => (value === null ? "" : String(value).replace(/[\t\r\n]+/g, " "));
  return [formats.map((format) => format.name), ...rows.map((row) => row.cells.map(clean))]
    .map((line) => line.join("\t"))
    .join("\n");
}

export default function ResultTable({
  formats,
  rows,
  label,
}: {
  formats: ColumnFormat[];
  rows: Cell[][];
  label: string;
}) {
  const data = useMemo(() => rows.map((cells, at): Row => ({ at, cells })), [rows]);
  const columns = useMemo(
    () =>
      formats.map((format, at) => ({
        id: String(at),
        header: format.name,
        accessorFn: (row: Row) => {
          const value = row.cells[at] ?? undefined;
          return value !== undefined && isNumeric(format.kind) ? Number(value) : value;
        },
        sortFn: (a: { original: Row; getValue: (id: string) => unknown }, b: typeof a, id: string) =>
          compare(a.getValue(id), b.getValue(id)),
        sortUndefined: "last" as const,
        sortDescFirst: isNumeric(format.kind),
      })),
    [formats],
  );
  const table = useTable({ features, columns, data });
  const sorted = table.getRowModel().rows;
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });

  const { cell, shown, point } = usePointing();
  const pointed = useRef(cell);
  pointed.current = cell;
  useEffect(() => {
    const at = sorted.findIndex((row) => row.original.at === pointed.current?.row);
    if (shown === 0 || at < 0) return;
    virtual.scrollToIndex(at, { align: "center" });
    box.current?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    // Only a new request scrolls; sorting by itself must not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [shown]);

  const widths = useMemo(() => formats.map((format, at) => columnWidth(format, rows, at)), [formats, rows]);
  const grid = { gridTemplateColumns: widths.map((width) => `${width}px`).join(" ") };

  return (
    <div className="w-fit max-w-full min-w-0">
      <div
        ref={box}
        tabIndex={0}
        role="region"
        aria-label={label}
        style={rows.length > WHOLE_ROWS ? { maxHeight: (SCROLLED_ROWS + 1) * ROW_PX } : undefined}
        className="overflow-auto rounded-md border border-line -outline-offset-2"
      >
        <div
          role="table"
          aria-label={label}
          aria-rowcount={rows.length + 1}
          aria-colcount={formats.length}
          className="num w-max min-w-full text-sm"
        >
          <div role="rowgroup" className="sticky top-0 z-10 bg-sunken">
            <div role="row" aria-rowindex={1} className="grid" style={grid}>
              {table.getHeaderGroups()[0]?.headers.map((header, at) => (
                <Header
                  key={header.id}
                  name={formats[at]?.name ?? ""}
                  right={formats[at]?.align === "right"}
                  sorted={header.column.getIsSorted()}
                  onSort={header.column.getToggleSortingHandler()}
                />
              ))}
            </div>
          </div>
          <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const row = sorted[item.index]?.original;
              if (!row) return null;
              const lit = cell?.row === row.at;
              return (
                <div
                  key={row.at}
                  role="row"
                  aria-rowindex={item.index + 2}
                  className={`absolute inset-x-0 top-0 grid border-t border-line ${lit ? "bg-sunken" : ""}`}
                  style={{ ...grid, height: item.size, transform: `translateY(${item.start}px)` }}
                  onMouseEnter={() => point({ row: row.at })}
                  onMouseLeave={() => point(undefined)}
                >
                  {formats.map((format, at) => (
                    <Value
                      key={at}
                      format={format}
                      value={row.cells[at] ?? null}
                      lit={lit && cell.column === format.name}
                    />
                  ))}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      <div className="flex justify-end pt-0.5">
        <CopyButton
          label={text.table.copy}
          value={() =>
            asText(
              formats,
              sorted.map((row) => row.original),
            )
          }
        />
      </div>
    </div>
  );
}

function Header({
  name,
  right,
  sorted,
  onSort,
}: {
  name: string;
  right: boolean;
  sorted: false | "asc" | "desc";
  onSort?: (event: unknown) => void;
}) {
  const Icon = sorted === "asc" ? ArrowUp : sorted === "desc" ? ArrowDown : ChevronsUpDown;
  return (
    <div
      role="columnheader"
      aria-sort={sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : "none"}
      className="min-w-0"
    >
      <button
        type="button"
        title={text.table.sort(name)}
        onClick={onSort}
        className={`group flex h-8 w-full items-center gap-1 px-3 font-medium text-ink-2 -outline-offset-2 hover:text-ink ${right ? "flex-row-reverse" : ""}`}
      >
        <span className="truncate">{name}</span>
        <Icon
          size={12}
          aria-hidden
          className={`shrink-0 ${sorted ? "" : "opacity-0 group-hover:opacity-60 group-focus-visible:opacity-60"}`}
        />
      </button>
    </div>
  );
}

function Value({ format, value, lit }: { format: ColumnFormat; value: Cell; lit: boolean }) {
  const shown = format.format(value);
  return (
    <div
      role="cell"
      title={value === null ? undefined : String(value)}
      className={`truncate px-3 leading-8 ${format.align === "right" ? "text-right" : ""} ${shown === NO_VALUE ? "text-ink-3" : ""} ${lit ? "bg-lit font-medium" : ""}`}
    >
      {shown}
    </div>
  );
}
