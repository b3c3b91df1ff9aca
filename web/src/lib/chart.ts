import { columnFormat, columnKind, isNumeric, isTemporal, type ColumnFormat } from "./format";
import type { Cell, ChartSpec, Column } from "./protocol";

/** What can be shown in place of a chart spec's own type. `table` shows no chart. */
export type ChartKind = "bar" | "line" | "area" | "scatter" | "histogram" | "pie" | "number" | "table";

const DRAWN: ChartKind[] = ["bar", "line", "area", "scatter", "histogram", "pie", "number"];

/** Six colours can be told apart, by every kind of colour vision. */
const MOST_SERIES = 6;
const MOST_CATEGORIES = 60;
const MOST_FACETS = 12;

export interface Point {
  /** What stands on the x axis; a number only for scatter, milliseconds for time. */
  x: string | number;
  y: number | null;
  /** The row of the result it came from, so that chart and table can point at each other. */
  row: number;
}

export interface Series {
  name: string;
  points: Point[];
}

/** A chart, ready to be drawn by any library. */
export interface ChartData {
  kind: ChartKind;
  axis: "time" | "category" | "value";
  x: ColumnFormat;
  y: ColumnFormat;
  yTitle: string;
  categories: string[];
  series: Series[];
  stacked: boolean;
  /** Bars lie down when their names are long or many. */
  horizontal: boolean;
  /** How much of the result is not drawn, so that the page can say so. */
  hiddenSeries: number;
  hiddenCategories: number;
  /** What the value axis spans, where several charts share it. */
  span?: [number, number];
}

/** One of several small charts: what they are split by, and its rows of the result. */
export interface Facet {
  name: string;
  rows: Set<number>;
}

interface Bound {
  x: number;
  y: number[];
  color: number;
}

function bind(spec: ChartSpec, columns: Column[]): Bound | undefined {
  const find = (name: string | undefined) => columns.findIndex((column) => column.name === name);
  const numeric = (at: number) => at >= 0 && isNumeric(columnKind(columns[at]?.type ?? ""));
  const y = (spec.y ?? []).map(find).filter(numeric);
  return y.length === 0 ? undefined : { x: find(spec.x), y, color: find(spec.color) };
}

/** The kinds a person may switch to, the server's choice first. Empty: there is nothing to draw. */
export function chartKinds(
  spec: ChartSpec | null | undefined,
  columns: Column[],
  rowCount: number,
): ChartKind[] {
  const chosen = DRAWN.find((kind) => kind === spec?.type);
  if (!spec || !chosen || rowCount === 0) return [];
  const bound = bind(spec, columns);
  if (!bound) return [];
  if (chosen === "number") return ["number"];
  if (bound.x < 0) return [];
  const ordered =
    isTemporal(columnKind(columns[bound.x]?.type ?? "")) || chosen === "line" || chosen === "area";
  const others: ChartKind[] =
    chosen === "scatter" || chosen === "histogram" ? [] : ordered ? ["line", "bar"] : ["bar"];
  return [...new Set<ChartKind>([chosen, ...others, "table"])];
}

const numberOf = (value: Cell | undefined): number | null => {
  if (value === null || value === undefined || typeof value === "boolean") return null;
  const n = Number(value);
  return Number.isFinite(n) ? n : null;
};

const timeOf = (value: Cell | undefined): number =>
  Date.parse(/T|\s/.test(String(value)) ? `${value}Z` : String(value));

/** The small charts a spec splits its result into, in the order of the rows. Empty: it is one chart. */
export function chartFacets(spec: ChartSpec, columns: Column[], rows: Cell[][]): Facet[] {
  const at = columns.findIndex((column) => column.name === spec.facet);
  if (at < 0 || !spec.facet) return [];
  const format = columnFormat(
    columns[at] as Column,
    rows.map((row) => row[at] ?? null),
  );
  const byName = new Map<string, Set<number>>();
  for (const [index, row] of rows.entries()) {
    const name = format.format(row[at] ?? null);
    byName.set(name, (byName.get(name) ?? new Set()).add(index));
  }
  return [...byName].slice(0, MOST_FACETS).map(([name, own]) => ({ name, rows: own }));
}

/**
 * Lays a result out as a chart, or says that it cannot be one. With `facet`, only its rows are drawn, on the axes of
 * the whole result.
 */
export function chartData(
  spec: ChartSpec,
  kind: ChartKind,
  columns: Column[],
  rows: Cell[][],
  fractions?: Set<string>,
  facet?: Facet,
): ChartData | undefined {
  const bound = bind(spec, columns);
  const [firstY] = bound?.y ?? [];
  if (!bound || firstY === undefined || bound.x < 0) return undefined;
  const columnAt = (at: number) =>
    columnFormat(
      columns[at] as Column,
      rows.map((row) => row[at] ?? null),
      fractions?.has(columns[at]?.name ?? ""),
    );
  const x = columnAt(bound.x);
  const lines = kind === "line" || kind === "area";
  const axis =
    kind === "scatter" && isNumeric(x.kind) ? "value" : lines && isTemporal(x.kind) ? "time" : "category";

  const width = kind === "histogram" ? (spec.bin_width ?? 0) : 0;
  const place = (row: Cell[]): string | number => {
    const value = row[bound.x] ?? null;
    if (width > 0 && numberOf(value) !== null) return binName(Number(value), width);
    if (axis === "value") return numberOf(value) ?? Number.NaN;
    return axis === "time" ? timeOf(value) : x.format(value);
  };
  const whole = splitSeries(bound, columns, rows, place);
  const kept = largest(whole, MOST_SERIES);
  const series = facet ? onlyRows(kept, facet.rows) : kept;
  const stacked = spec.stacked === true && (kind === "bar" || kind === "area");
  const along = lines && isNumeric(x.kind) ? [...rows].sort(byNumber(bound.x)) : rows;
  const categories = axis === "category" ? allCategories(along, bound.x, width, place) : [];
  const shown = new Set(categories.slice(0, MOST_CATEGORIES));
  if (axis === "category")
    for (const one of series) one.points = one.points.filter((point) => shown.has(String(point.x)));
  const longest = Math.max(0, ...[...shown].map((name) => name.length));
  return {
    kind,
    axis,
    x,
    y: columnAt(firstY),
    yTitle: bound.y.length === 1 ? columnAt(firstY).label : "",
    categories: [...shown],
    series,
    stacked,
    horizontal: kind === "bar" && !isTemporal(x.kind) && (longest > 14 || (shown.size > 12 && longest > 4)),
    hiddenSeries: whole.length - kept.length,
    hiddenCategories: categories.length - shown.size,
    ...(facet && !stacked ? { span: spanOf(kept, kind) } : {}),
  };
}

/** A bin by where it starts and ends, with as many digits as its width needs. */
function binName(from: number, width: number): string {
  const digits = Math.min(6, Math.max(decimalPlaces(width), 0));
  const write = (n: number) => n.toLocaleString("en-US", { maximumFractionDigits: digits });
  return `${write(from)}–${write(from + width)}`;
}

const decimalPlaces = (n: number): number => (/\.(\d+)$/.exec(String(n))?.[1] ?? "").length;

/** Lines run along an axis in its own order, whatever the rows are sorted by. */
const byNumber = (at: number) => (a: Cell[], b: Cell[]) =>
  (numberOf(a[at]) ?? Infinity) - (numberOf(b[at]) ?? Infinity);

/** The places on the axis in order; a histogram has its empty bins too. */
function allCategories(
  rows: Cell[][],
  x: number,
  width: number,
  place: (row: Cell[]) => string | number,
): string[] {
  const starts = rows.map((row) => numberOf(row[x])).filter((n): n is number => n !== null);
  const low = Math.min(...starts);
  const bins = width > 0 ? Math.round((Math.max(...starts) - low) / width) + 1 : 0;
  if (bins < 1 || bins > MOST_CATEGORIES) return [...new Set(rows.map((row) => String(place(row))))];
  return Array.from({ length: bins }, (_, at) => binName(low + at * width, width));
}

const onlyRows = (series: Series[], rows: Set<number>): Series[] =>
  series
    .map((one) => ({ ...one, points: one.points.filter((point) => rows.has(point.row)) }))
    .filter((one) => one.points.length > 0);

/** What the values of all series span; bars start at zero. */
function spanOf(series: Series[], kind: ChartKind): [number, number] {
  const values = series.flatMap((one) => one.points.map((point) => point.y)).filter((y) => y !== null);
  const low = Math.min(...values);
  const [from, to] = [kind === "scatter" ? low : Math.min(0, low), Math.max(0, ...values)];
  const step = roundStep((to - from) / 4);
  return step > 0 ? [Math.floor(from / step) * step, Math.ceil(to / step) * step] : [from, to];
}

/** The next of 1, 2, 2.5, 5, 10, 20, …: what the lines of an axis are apart. */
function roundStep(least: number): number {
  if (!(least > 0) || !Number.isFinite(least)) return 0;
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 2.5, 5].find((n) => n * power >= least) ?? 10) * power;
}

function splitSeries(
  bound: Bound,
  columns: Column[],
  rows: Cell[][],
  place: (row: Cell[]) => string | number,
): Series[] {
  const color = bound.color >= 0 && bound.color !== bound.x ? bound.color : -1;
  const byName = new Map<string, Series>();
  const groups =
    color >= 0
      ? columnFormat(
          columns[color] as Column,
          rows.map((row) => row[color] ?? null),
        )
      : undefined;
  for (const [at, row] of rows.entries()) {
    const x = place(row);
    // A point whose place is not known has none.
    if (Number.isNaN(x)) continue;
    for (const y of bound.y) {
      const measure = columns[y]?.label ?? columns[y]?.name ?? "";
      const group = groups?.format(row[color] ?? null);
      const name = group === undefined ? measure : bound.y.length > 1 ? `${group}, ${measure}` : group;
      const series = byName.get(name) ?? { name, points: [] };
      byName.set(name, series);
      series.points.push({ x, y: numberOf(row[y]), row: at });
    }
  }
  return [...byName.values()];
}

/** The largest series, in their own order. */
function largest(all: Series[], most: number): Series[] {
  if (all.length <= most) return all;
  const weight = (one: Series) => one.points.reduce((sum, point) => sum + Math.abs(point.y ?? 0), 0);
  const kept = new Set([...all].sort((a, b) => weight(b) - weight(a)).slice(0, most));
  return all.filter((one) => kept.has(one));
}
