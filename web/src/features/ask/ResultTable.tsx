import {
  createSortedRowModel,
  rowSortingFeature,
  sortFns,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import {
  memo,
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
} from "react";
import { copyText } from "../../lib/clipboard";
import { isNumeric, type ColumnFormat } from "../../lib/format";
import { inert, step, toTsv, type Place } from "../../lib/grid";
import type { Cell } from "../../lib/protocol";
import { CopyButton } from "../../ui/CopyButton";
import { text } from "../../text";
import { tableText as T } from "../../text/table";
import { usePointing, type Cell as PointedCell } from "./pointing";

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

const PADDING_PX = 24;
const CHARACTER_PX = 7.6;
/** What the widest letters have beyond the others. */
const WIDER_PX = 6;

/** Whether a value needs to be cut off at the end of its cell. Half of the cell's padding may be used up before. */
function cut(value: string, width: number): boolean {
  const room = width - PADDING_PX / 2;
  if (value.length * (CHARACTER_PX + WIDER_PX) <= room) return false;
  const wide = value.match(/[^a-ln-v-xyz0-9 .,:;'()/-]/g)?.length ?? 0;
  return value.length * CHARACTER_PX + wide * WIDER_PX > room;
}

/** Wide enough for what is in the column, within reason. */
function columnWidth(format: ColumnFormat, rows: Cell[][], at: number): number {
  const sample = rows.slice(0, 200).map((row) => format.format(row[at] ?? null).length);
  const header = format.label.length * 8.4 + 46;
  return Math.round(Math.min(Math.max(header, Math.max(0, ...sample) * CHARACTER_PX + 30, 76), 380));
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
        header: format.label,
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
  // The rows come once there is something to scroll them in: their own effects run before a ref around them is set.
  const [frame, setFrame] = useState<HTMLDivElement | null>(null);
  const attach = useCallback((element: HTMLDivElement | null) => {
    box.current = element;
    setFrame(element);
  }, []);
  const scroller = useRef<Scroller>(null);

  const { cell, shown, point } = usePointing();
  const pointed = useRef(cell);
  pointed.current = cell;
  useEffect(() => {
    const at = sorted.findIndex((row) => row.original.at === pointed.current?.row);
    if (shown === 0 || at < 0) return;
    scroller.current?.to(at, "center");
    box.current?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    // Only a new request scrolls; sorting by itself must not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [shown]);

  const id = useId();
  const [cursor, setCursor] = useState<Place>();
  const [anchor, setAnchor] = useState<number>();
  const [reading, setReading] = useState(false);
  // Sorting moves other rows under the cursor and the selection.
  useEffect(() => setAnchor(undefined), [sorted]);
  const chosen =
    cursor && anchor !== undefined
      ? { from: Math.min(anchor, cursor.row), to: Math.max(anchor, cursor.row) }
      : undefined;
  const rowsOf = (list: typeof sorted) => list.map((row) => row.original.cells);
  const whole = () => toTsv(names, rowsOf(sorted));
  const names = formats.map((format) => format.label);
  const valueAt = (place: Place | undefined) => place && sorted[place.row]?.original.cells[place.column];
  const go = (place: Place) => {
    setCursor(place);
    scroller.current?.to(place.row, "auto");
    reveal(box.current, place.column, widths);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== box.current || event.altKey) return;
    const control = event.ctrlKey || event.metaKey;
    const here = cursor ?? { row: 0, column: 0 };
    const size = { rows: sorted.length, columns: formats.length, page: Math.floor(SCROLLED_ROWS) - 1 };
    const to = step(here, event.key, control, size);
    if (to) {
      event.preventDefault();
      setAnchor(event.shiftKey ? (anchor ?? here.row) : undefined);
      go(to);
    } else if (control && event.key.toLowerCase() === "a") {
      event.preventDefault();
      setAnchor(0);
      setCursor({ row: sorted.length - 1, column: here.column });
    } else if (control && event.key.toLowerCase() === "c" && getSelection()?.isCollapsed !== false) {
      event.preventDefault();
      const rows = chosen && rowsOf(sorted.slice(chosen.from, chosen.to + 1));
      void copyText(rows ? toTsv(names, rows) : inert(valueAt(here) ?? null)).catch(() => {});
    } else if (event.key === "Enter") {
      event.preventDefault();
      setCursor(here);
      setReading(!reading);
    } else if (event.key === "Escape" && (reading || chosen)) {
      event.stopPropagation();
      setReading(false);
      setAnchor(undefined);
    }
  };

  const widths = useMemo(() => formats.map((format, at) => columnWidth(format, rows, at)), [formats, rows]);
  const now = useRef({ anchor, cursor });
  now.current = { anchor, cursor };
  const pick = useCallback((place: Place, extend: boolean) => {
    const { anchor: since, cursor: from } = now.current;
    setAnchor(extend ? (since ?? from?.row ?? place.row) : undefined);
    setCursor(place);
  }, []);
  const read = useCallback(() => setReading(true), []);

  return (
    <div className="w-fit max-w-full min-w-0">
      <div
        ref={attach}
        tabIndex={0}
        role="grid"
        aria-label={label}
        aria-describedby={`${id}-help`}
        aria-rowcount={rows.length + 1}
        aria-colcount={formats.length}
        aria-multiselectable
        aria-activedescendant={cursor && `${id}-${cursor.row}-${cursor.column}`}
        onKeyDown={onKeyDown}
        onFocus={(event) => event.target === box.current && setCursor((at) => at ?? { row: 0, column: 0 })}
        style={rows.length > WHOLE_ROWS ? { maxHeight: (SCROLLED_ROWS + 1) * ROW_PX } : undefined}
        className="group/grid overflow-auto rounded-md border border-line -outline-offset-2"
      >
        <div role="presentation" className="num w-max min-w-full text-sm">
          <div role="rowgroup" className="sticky top-0 z-10 bg-sunken">
            <div role="row" aria-rowindex={1} className="flex">
              {table.getHeaderGroups()[0]?.headers.map((header, at) => (
                <Header
                  key={header.id}
                  name={formats[at]?.label ?? ""}
                  width={widths[at] ?? 0}
                  right={formats[at]?.align === "right"}
                  first={at === 0 && formats.length > 1}
                  sorted={header.column.getIsSorted()}
                  onSort={header.column.getToggleSortingHandler()}
                />
              ))}
            </div>
          </div>
          {frame && (
            <Body
              ref={scroller}
              frame={frame}
              id={id}
              rows={sorted}
              formats={formats}
              widths={widths}
              cursor={cursor}
              from={chosen?.from}
              to={chosen?.to}
              cell={cell}
              onPoint={point}
              onPick={pick}
              onRead={read}
            />
          )}
        </div>
      </div>
      <p id={`${id}-help`} hidden>
        {T.help}
      </p>
      {reading && cursor && (
        <Reading name={names[cursor.column] ?? ""} row={cursor.row + 1} value={valueAt(cursor) ?? null} />
      )}
      <div className="flex flex-wrap items-center justify-end gap-1 pt-0.5">
        <span role="status" className="num text-xs text-ink-3">
          {chosen && T.selected(chosen.to - chosen.from + 1)}
        </span>
        <CopyButton
          label={chosen ? T.copySelected : text.table.copy}
          value={() => (chosen ? toTsv(names, rowsOf(sorted.slice(chosen.from, chosen.to + 1))) : whole())}
        />
      </div>
    </div>
  );
}

interface Scroller {
  to: (row: number, align: "auto" | "center") => void;
}

interface BodyProps {
  ref: Ref<Scroller>;
  /** What scrolls. */
  frame: HTMLElement;
  rows: { original: Row }[];
  formats: ColumnFormat[];
  /** The widths of the columns, in pixels. */
  widths: number[];
  id: string;
  cursor?: Place;
  /** The first and last of the selected rows. */
  from?: number;
  to?: number;
  cell?: PointedCell;
  onPoint: (cell: PointedCell | undefined) => void;
  onPick: (place: Place, extend: boolean) => void;
  onRead: () => void;
}

/** Rows rendered beyond those in view: where the scrolling goes to, where it comes from, and at rest. */
const OVERSCAN = { ahead: 3, behind: 1, rest: 2 };
/** As many rows have elements. One that leaves the view lends its own to one that comes. */
const SLOTS = Math.ceil(SCROLLED_ROWS) + 1 + OVERSCAN.ahead + OVERSCAN.behind;

/** The cell something happened on: its element, and its place. */
function cellOf({ target }: { target: EventTarget }): { element: HTMLElement; place: Place } | undefined {
  const element = (target as Element).closest<HTMLElement>("[role=gridcell]");
  const row = element?.parentElement;
  if (!element || !row) return undefined;
  const place = {
    row: Number(row.getAttribute("aria-rowindex")) - 2,
    column: [...row.children].indexOf(element),
  };
  return { element, place };
}

const modulo = (n: number, by: number) => ((n % by) + by) % by;

/**
 * Which elements show the rows from the first on, in the order of the elements, and the row they count their places
 * from. To move an element among others costs as much as a new one, so they stay while rows scroll, and are in the
 * order of the rows again when those rest. When all rows are others, the elements stay where they are, too, and what
 * holds them moves.
 */
function useSlots(first: number, count: number, scrolling: boolean): { slots: number[]; base: number } {
  const last = useRef({ first, base: 0, slots: [] as number[] });
  let { base, slots } = last.current;
  if (Math.abs(first - last.current.first) >= count) base += first - last.current.first;
  if (!scrolling || slots.length !== count)
    slots = Array.from({ length: count }, (_, at) => modulo(first - base + at, count));
  last.current = { first, base, slots };
  return { slots, base };
}

/** The rows in view. It alone renders at a step of scrolling, and of its rows those that came into view. */
function Body({ ref, frame, rows, cursor, from = -1, to = -1, cell, ...props }: BodyProps) {
  const { id, formats, widths, onPoint, onPick, onRead } = props;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame,
    estimateSize: () => ROW_PX,
    overscan: 0,
  });
  useImperativeHandle(ref, () => ({ to: (row, align) => virtual.scrollToIndex(row, { align }) }), [virtual]);
  const count = Math.min(SLOTS, rows.length);
  const start = virtual.calculateRange()?.startIndex ?? 0;
  const way = virtual.scrollDirection;
  const before = way ? (way === "forward" ? OVERSCAN.behind : OVERSCAN.ahead) : OVERSCAN.rest;
  const first = Math.max(0, Math.min(start - before, rows.length - count));
  const { slots, base } = useSlots(first, count, virtual.isScrolling);
  // A cell that stays in view costs the browser as much as the rest of its row, at each step of scrolling.
  const wider = widths.reduce((sum, width) => sum + width, 0) > frame.clientWidth;
  const pinned = formats.length > 1 && wider && !(virtual.isScrolling && frame.scrollLeft === 0);
  const over = (event: MouseEvent) => {
    const on = cellOf(event);
    const row = on && rows[on.place.row]?.original;
    if (!row) return;
    const value = row.cells[on.place.column] ?? null;
    const title = value === null ? "" : String(value);
    if (on.element.title !== title) on.element.title = title;
    // While rows pass under a pointer at rest, nobody points at them, and each would render the whole card.
    if (cell?.row !== row.at && !virtual.isScrolling) onPoint({ row: row.at });
  };
  return (
    <div
      role="rowgroup"
      data-pinned={pinned || undefined}
      className="group/rows relative"
      style={{ height: virtual.getTotalSize() }}
      onMouseOver={over}
      onMouseMove={over}
      onMouseLeave={() => onPoint(undefined)}
      onMouseDown={(event) => {
        const on = cellOf(event);
        if (on) onPick(on.place, event.shiftKey);
      }}
      onDoubleClick={(event) => cellOf(event) && onRead()}
    >
      <div
        role="presentation"
        className="absolute inset-x-0 top-0"
        style={{ transform: `translateY(${base * ROW_PX}px)` }}
      >
        {slots.map((slot) => {
          const index = first + modulo(slot - (first - base), count);
          const row = rows[index]?.original;
          if (!row) return null;
          const lit = cell?.row === row.at;
          return (
            <Line
              key={slot}
              row={row}
              index={index}
              top={(index - base) * ROW_PX}
              lit={lit}
              litColumn={lit ? cell.column : undefined}
              picked={index >= from && index <= to}
              here={cursor?.row === index ? cursor.column : undefined}
              id={id}
              formats={formats}
              widths={widths}
            />
          );
        })}
      </div>
    </div>
  );
}

interface LineProps extends Pick<BodyProps, "id" | "formats" | "widths"> {
  row: Row;
  index: number;
  /** Where it begins, in pixels. */
  top: number;
  lit: boolean;
  litColumn?: string;
  picked: boolean;
  /** The column the cursor is on, if it is in this row. */
  here?: number;
}

/** One row. Scrolling changes nothing about a row that is in view already. */
const Line = memo(function Line(props: LineProps) {
  const { row, index, top, lit, litColumn, picked, here, id, formats, widths } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={picked}
      className={`absolute inset-x-0 top-0 flex border-t border-line contain-strict ${picked ? "bg-accent-soft" : lit ? "bg-sunken" : "bg-surface"}`}
      style={{ height: ROW_PX, transform: `translateY(${top}px)` }}
    >
      {formats.map((format, at) => (
        <Value
          key={at}
          id={here === at ? `${id}-${index}-${at}` : undefined}
          first={at === 0}
          width={widths[at] ?? 0}
          format={format}
          value={row.cells[at] ?? null}
          lit={lit && litColumn === format.name}
        />
      ))}
    </div>
  );
});

/** Scrolls sideways until a column is in view, clear of the first one, which stays. */
function reveal(box: HTMLDivElement | null, column: number, widths: number[]): void {
  if (!box || column === 0) {
    if (box) box.scrollLeft = 0;
    return;
  }
  const before = widths.slice(0, column).reduce((sum, width) => sum + width, 0);
  const fixed = widths[0] ?? 0;
  const own = widths[column] ?? 0;
  if (before - fixed < box.scrollLeft) box.scrollLeft = before - fixed;
  else if (before + own > box.scrollLeft + box.clientWidth) box.scrollLeft = before + own - box.clientWidth;
}

/** A value in full, however long it is. */
function Reading({ name, row, value }: { name: string; row: number; value: Cell }) {
  return (
    <div
      role="status"
      className="mt-2 max-w-[75ch] rounded-md border border-line bg-sunken px-3 py-2 text-sm"
    >
      <p className="text-xs text-ink-2">{T.valueOf(name, row)}</p>
      <p className="max-h-60 overflow-y-auto break-words whitespace-pre-wrap">
        {value === null ? T.null : String(value)}
      </p>
    </div>
  );
}

function Header({
  name,
  right,
  width,
  first,
  sorted,
  onSort,
}: {
  name: string;
  right: boolean;
  width: number;
  first: boolean;
  sorted: false | "asc" | "desc";
  onSort?: (event: unknown) => void;
}) {
  const Icon = sorted === "asc" ? ArrowUp : sorted === "desc" ? ArrowDown : ChevronsUpDown;
  return (
    <div
      role="columnheader"
      aria-sort={sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : "none"}
      style={{ width }}
      className={`flex-none ${first ? "left-0 z-10 bg-sunken sm:sticky" : ""}`}
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

interface ValueProps {
  /** Given to the one the cursor is on. */
  id?: string;
  format: ColumnFormat;
  value: Cell;
  width: number;
  /** It is in the first column, which stays in view. */
  first: boolean;
  lit: boolean;
}

function Value({ id, format, value, width, first, lit }: ValueProps) {
  const shown = value === null ? undefined : format.format(value);
  return (
    <div
      id={id}
      role="gridcell"
      style={{ width }}
      className={`flex-none px-3 leading-8 whitespace-pre ${shown !== undefined && cut(shown, width) ? "truncate" : ""} ${format.align === "right" ? "text-right" : ""} ${first ? "left-0 group-data-pinned/rows:bg-inherit sm:group-data-pinned/rows:sticky" : ""} ${lit ? "!bg-lit font-medium" : ""} ${id ? "-outline-offset-2 outline-accent group-focus/grid:outline-2" : ""}`}
    >
      {shown ?? <span className="text-xs text-ink-3 italic">{T.null}</span>}
    </div>
  );
}
