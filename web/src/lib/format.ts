import type { Cell, Column } from "./protocol";

/** The kind of a column's values, whichever engine holds them. */
export type ColumnKind = "integer" | "decimal" | "text" | "boolean" | "date" | "timestamp" | "time" | "other";

const KIND_OF: Record<string, ColumnKind> = {
  BOOLEAN: "boolean",
  BOOL: "boolean",
  DATE: "date",
  DATETIME: "timestamp",
  TIME: "time",
};

/** The kind of an engine's type name, such as DECIMAL(18,2) or TIMESTAMP WITH TIME ZONE. */
export function columnKind(type: string): ColumnKind {
  const base = (type.toUpperCase().split("(", 1)[0] ?? "").trim();
  if (base.endsWith("[]")) return "other";
  if (KIND_OF[base]) return KIND_OF[base];
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|^LONG$/.test(base)) return "integer";
  if (/^(DECIMAL|NUMERIC|DOUBLE|FLOAT|REAL)/.test(base)) return "decimal";
  if (/^(VARCHAR|TEXT|CHAR|BPCHAR|STRING|UUID|ENUM)/.test(base)) return "text";
  if (base.startsWith("TIMESTAMP")) return "timestamp";
  return base.startsWith("TIME") ? "time" : "other";
}

export const isNumeric = (kind: ColumnKind): boolean => kind === "integer" || kind === "decimal";
export const isTemporal = (kind: ColumnKind): boolean => kind === "date" || kind === "timestamp";

/** Shown for a value that is missing. */
export const NO_VALUE = "–";

/** How coarse the dates of a column are. */
export type Grain = "year" | "quarter" | "month" | "day" | "minute" | "second";

// To make one of these takes milliseconds, at the first event of a run of all moments.
const moments = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const integers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export const formatCount = (n: number): string => integers.format(n);

/** Bytes as a person reads them: 812 B, 4.1 kB, 37 MB. */
export function formatBytes(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let at = 0;
  while (n >= 1000 && at < units.length - 1) {
    n /= 1000;
    at += 1;
  }
  return `${at > 0 && n < 10 ? n.toFixed(1) : Math.round(n)} ${units[at]}`;
}

/** A duration in milliseconds: 0.4 ms, 38 ms, 1.35 s, 2 min 5 s. */
export function formatMs(ms: number): string {
  if (ms < 0.95) return `${Math.max(ms, 0).toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 60_000 && ms % 1000 === 0) return `${ms / 1000} s`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 9_950 ? 2 : 1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** How long ago a moment was. */
export function formatAgo(iso: string, now: number = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  if (Number.isNaN(seconds)) return "";
  if (seconds < 45) return "just now";
  if (seconds < 5400) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h ago`;
  if (seconds < 2_592_000) return `${Math.round(seconds / 86_400)} days ago`;
  return formatDate(iso, "day");
}

/** A moment in the reader's own time zone, for tooltips and logs. */
export const formatDay = (iso: string): string =>
  new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

export const formatMoment = (iso: string): string => {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? "Invalid Date" : moments.format(time);
};

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?/;

/** An ISO date as it is, without moving it between time zones; anything else is returned unchanged. */
export function formatDate(iso: string, grain: Grain): string {
  const found = ISO.exec(iso);
  if (!found) return iso;
  const [, year, month, day, hour = "00", minute = "00", second = "00"] = found;
  const monthName = MONTHS[Number(month) - 1] ?? month;
  const date = `${Number(day)} ${monthName} ${year}`;
  switch (grain) {
    case "year":
      return String(year);
    case "quarter":
      return `Q${Math.ceil(Number(month) / 3)} ${year}`;
    case "month":
      return `${monthName} ${year}`;
    case "day":
      return date;
    case "minute":
      return `${date} ${hour}:${minute}`;
    case "second":
      return `${date} ${hour}:${minute}:${second}`;
  }
}

/** How coarse a column's dates are: by its name where it says so, otherwise by its values. */
export function grainOf(name: string, values: Cell[]): Grain {
  const dates = values.filter((value): value is string => typeof value === "string").map((v) => ISO.exec(v));
  const all = (test: (parts: RegExpExecArray) => boolean) =>
    dates.every((parts) => parts !== null && test(parts));
  const midnight = all(
    (parts) => (parts[4] ?? "00") === "00" && (parts[5] ?? "00") === "00" && (parts[6] ?? "00") === "00",
  );
  if (!midnight) return all((parts) => (parts[6] ?? "00") === "00") ? "minute" : "second";
  const firsts = all((parts) => parts[3] === "01");
  const januaries = firsts && all((parts) => parts[2] === "01");
  if (firsts && /quarter/i.test(name) && all((parts) => Number(parts[2]) % 3 === 1)) return "quarter";
  if (januaries && (/year/i.test(name) || dates.length > 2)) return "year";
  if (firsts && (/month/i.test(name) || dates.length > 2)) return "month";
  return "day";
}

/** Numbers that name something are not counted, so they get no thousands separators. */
const NAMES_SOMETHING = /(^|[_ ])(id|year|zip|postcode|phone|code|sku|isbn|number|no)$/i;

const numberOf = (value: Cell): number => (typeof value === "string" ? Number(value) : (value as number));

/** How many decimals a column shows: as many as its values need, but no more than help to read them. */
function decimalsOf(type: string, values: Cell[]): number {
  const numbers = values
    .filter((value) => value !== null)
    .map(numberOf)
    .filter(Number.isFinite);
  const declared = /\(\s*\d+\s*,\s*(\d+)\s*\)/.exec(type)?.[1];
  const needed = Math.max(0, ...numbers.map((n) => (/\.(\d+)$/.exec(String(n))?.[1] ?? "").length));
  if (declared !== undefined && Number(declared) <= 4) return Number(declared);
  const largest = Math.max(0, ...numbers.map(Math.abs));
  const helpful = largest >= 1 ? 2 : largest >= 0.001 || largest === 0 ? 4 : 8;
  return Math.min(needed, helpful);
}

/** Groups the digits of a number too long for a double. */
const groupDigits = (digits: string): string => {
  const [whole = "", fraction] = digits.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
};

/** How one column of a result is shown. */
export interface ColumnFormat {
  name: string;
  /** What a person reads above the column. */
  label: string;
  kind: ColumnKind;
  align: "left" | "right";
  grain: Grain;
  /** The values are parts of one and shown as percentages. */
  fraction: boolean;
  format: (value: Cell) => string;
}

/** Decides once for a whole column, so that its numbers line up. */
export function columnFormat(column: Column, values: Cell[], fraction = false): ColumnFormat {
  const kind = columnKind(column.type);
  const grain = isTemporal(kind) ? grainOf(column.name, values) : "day";
  return {
    name: column.name,
    label: column.label ?? column.name,
    kind,
    align: isNumeric(kind) && !column.names ? "right" : "left",
    grain,
    fraction: fraction && isNumeric(kind),
    format: fraction && isNumeric(kind) ? percentages(values) : formatter(column, kind, grain, values),
  };
}

function formatter(column: Column, kind: ColumnKind, grain: Grain, values: Cell[]): (value: Cell) => string {
  if (isTemporal(kind)) return (value) => (value === null ? NO_VALUE : formatDate(String(value), grain));
  if (!isNumeric(kind)) return (value) => (value === null ? NO_VALUE : String(value));
  const decimals = kind === "integer" ? 0 : decimalsOf(column.type, values);
  const numbers = new Intl.NumberFormat("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    useGrouping: kind === "decimal" || !NAMES_SOMETHING.test(column.name),
  });
  return (value) => {
    if (value === null) return NO_VALUE;
    const called = column.names?.[Number(value) - 1];
    if (called) return called;
    if (typeof value === "string") return /^-?\d/.test(value) ? groupDigits(value) : value;
    return typeof value === "number" ? numbers.format(value) : String(value);
  };
}

function percentages(values: Cell[]): (value: Cell) => string {
  const largest = Math.max(0, ...values.map((value) => Math.abs(Number(value))).filter(Number.isFinite));
  const decimals = largest >= 0.1 ? 1 : 2;
  const numbers = new Intl.NumberFormat("en-US", {
    style: "percent",
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return (value) => (value === null ? NO_VALUE : numbers.format(Number(value)));
}

/** Columns with what the answer calls them, and what the plan says of their numbers. */
export const labelled = (
  columns: Column[],
  labels: Record<string, string> | undefined,
  parts?: Map<string, string[]>,
): Column[] =>
  labels || parts?.size
    ? columns.map((column) => ({ ...column, label: labels?.[column.name], names: parts?.get(column.name) }))
    : columns;

/** The formats of all columns of a result. */
export const columnFormats = (columns: Column[], rows: Cell[][], fractions?: Set<string>): ColumnFormat[] =>
  columns.map((column, at) =>
    columnFormat(
      column,
      rows.map((row) => row[at] ?? null),
      fractions?.has(column.name),
    ),
  );

/** A number for an axis: 1.2M, 340k, 0.25. */
export const formatAxis = (n: number): string =>
  new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 4 }).format(n);

/** A part of one for an axis: 15%, 0.4%. */
export const formatPercent = (part: number): string =>
  new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 2 }).format(part);
