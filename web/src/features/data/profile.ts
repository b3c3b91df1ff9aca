import { dataText } from "../../text/data";
import { formatCount, formatDate, formatPercent } from "../../lib/format";
import type { Histogram, Relation, Table, TableColumn } from "./queries";

/** One bar of a histogram: what it stands for, how many, and its height from 0 to 1. */
export interface Bar {
  label: string;
  count: number;
  height: number;
}

const isWhole = (type: string): boolean => type === "integer";
const isMoment = (type: string): boolean => type === "date" || type === "timestamp";

const asNumber = (type: string, text: string): number =>
  isMoment(type) ? Date.parse(text.includes("T") ? `${text}Z` : text) : Number(text);

const number = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 6 });

function showEnd(type: string, value: number): string {
  if (!isMoment(type)) return number.format(value);
  const iso = new Date(value).toISOString();
  return formatDate(iso, type === "date" ? "day" : "minute");
}

/** The bars of a histogram. Whole numbers and days that have a bar each are named; others by their ends. */
export function bars(column: Pick<TableColumn, "type">, histogram: Histogram): Bar[] {
  const type = histogram.of === "length" ? "integer" : column.type;
  const [low, high] = [asNumber(type, histogram.low), asNumber(type, histogram.high)];
  const n = histogram.counts.length;
  const most = Math.max(1, ...histogram.counts);
  const step = isMoment(type) ? 86_400_000 : 1;
  const each = (isWhole(type) || type === "date") && Math.round((high - low) / step) + 1 === n;
  return histogram.counts.map((count, at) => {
    const from = each ? low + at * step : low + ((high - low) * at) / n;
    const to = low + ((high - low) * (at + 1)) / n;
    const known = Number.isFinite(low) && Number.isFinite(high);
    const label = !known
      ? ""
      : each || n === 1
        ? showEnd(type, from)
        : `${showEnd(type, from)} – ${showEnd(type, to)}`;
    return {
      label: histogram.of === "length" && label ? dataText.column.characters(label) : label,
      count,
      height: count / most,
    };
  });
}

/**
 * How a column's values spread: by size, or, where there are only a few that have none worth a picture, by value. The
 * lengths of texts say less than the texts themselves.
 */
export function spread(column: TableColumn): Bar[] {
  const { top = [], complete = false, histogram } = column.profile ?? {};
  const listed = complete && top.length > 0 && top.length <= 20;
  if (listed && !["integer", "decimal", "date", "timestamp"].includes(column.type)) {
    const most = Math.max(...top.map((one) => one.count));
    return top.map((one) => ({ label: one.value, count: one.count, height: one.count / most }));
  }
  return histogram ? bars(column, histogram) : [];
}

/** The share of rows in which a column is empty. */
export function nullShare(column: TableColumn, rows: number): string {
  const nulls = column.profile?.nulls ?? 0;
  if (rows === 0 || nulls === 0) return "0%";
  const share = nulls / rows;
  if (share < 0.001) return "<0.1%";
  if (share > 0.999 && nulls < rows) return ">99.9%";
  return formatPercent(Number(share.toPrecision(2)));
}

const shorten = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** A value of a profile, as short as a cell takes it. */
export function showValue(column: Pick<TableColumn, "type" | "name">, value: string): string {
  if (isMoment(column.type)) return formatDate(value, column.type === "date" ? "day" : "minute");
  const n = Number(value);
  const plain = /(^|[_ ])(id|year|zip|postcode|phone|code|no)$/i.test(column.name);
  if ((column.type === "integer" || column.type === "decimal") && !plain && Number.isFinite(n)) {
    return Number.isSafeInteger(n) || column.type === "decimal"
      ? n.toLocaleString("en-US", { maximumFractionDigits: 4 })
      : value;
  }
  return shorten(value, 28);
}

/** The smallest and largest value, in one line. */
export function range(column: TableColumn): string {
  const { min = "", max = "" } = column.profile ?? {};
  if (min === "" && max === "") return "";
  if (min === max) return showValue(column, min);
  return `${showValue(column, min)} – ${showValue(column, max)}`;
}

/** A few different values of a column, as the first rows have them. */
export function examples(table: Table, at: number, most = 3): string[] {
  const seen: string[] = [];
  for (const row of table.sample ?? []) {
    const cell = row[at];
    if (typeof cell === "string" && cell !== "" && !seen.includes(cell)) seen.push(cell);
  }
  const listed = table.columns[at]?.profile?.top?.map((one) => one.value) ?? [];
  return (seen.length > 0 ? seen : listed).slice(0, most).map((value) => shorten(value, 28));
}

/** How many different values there are; large counts are estimates. */
export const distinct = (column: TableColumn): string => {
  const n = column.profile?.distinct;
  if (n === undefined) return "";
  return n > 10_000 ? `≈ ${formatCount(n)}` : formatCount(n);
};

/** What speaks for a relation, in short phrases. */
export function evidence(relation: Relation): string[] {
  const { evidence: e, state } = relation;
  const words = dataText.relations;
  const out: string[] = [];
  if (state === "found") out.push(words.confidence(formatPercent(relation.confidence)));
  if (e.basis === "values") out.push(words.values(e.matched, e.values));
  if (e.basis === "range") out.push(e.inside ? words.inside : words.outside);
  if (e.basis === "name" && state === "found") out.push(words.name);
  if (!e.unique && relation.present) out.push(words.notUnique);
  if (e.empty > 0) out.push(words.empty(e.empty));
  return out;
}

/** The one side of a relation: orders.customer_id. */
export const side = (table: string, columns: string[]): string =>
  columns.map((column) => `${table}.${column}`).join(dataText.relations.and);

/** Words a person typed with commas, or one a line. */
export const splitWords = (text: string, by: RegExp = /[,\n]/): string[] => [
  ...new Set(
    text
      .split(by)
      .map((word) => word.trim())
      .filter(Boolean),
  ),
];

/** The columns whose name, description or synonyms hold every word. */
export function filterColumns(table: Table, query: string): number[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return table.columns.flatMap((column, at) => {
    const text = [column.name, column.description ?? "", ...(column.synonyms ?? [])].join(" ").toLowerCase();
    return words.every((word) => text.includes(word)) ? [at] : [];
  });
}
