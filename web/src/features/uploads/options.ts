import type { FileReport, ReadOptions } from "../../lib/protocol";

/** What a person changed about one table; an empty text leaves it to the reader. */
export interface Draft {
  delimiter: string;
  header: string;
  encoding: string;
  date_order: "" | "dmy" | "mdy" | "ymd";
  decimal: "" | "." | ",";
  /** By the name a column was found under: a type, or "drop". */
  types: Record<string, ColumnChoice>;
}

export type ColumnChoice = "" | "drop" | (typeof TYPES)[number];

export const TYPES = ["text", "integer", "decimal", "float", "boolean", "date", "timestamp"] as const;

/** The draft that the options a file was read with make. */
export function draftOf(report: FileReport): Draft {
  const o = report.options;
  const types: Record<string, ColumnChoice> = {};
  for (const column of o?.columns ?? []) {
    if (column.drop) types[column.column] = "drop";
    else if (column.type) types[column.column] = column.type;
  }
  return {
    delimiter: o?.delimiter ?? "",
    header: o?.header === undefined ? "" : String(o.header),
    encoding: o?.encoding ?? "",
    date_order: o?.date_order ?? "",
    decimal: o?.decimal ?? "",
    types,
  };
}

/** The options that a draft says, beside those of the file that it does not touch. */
export function optionsOf(draft: Draft, report: FileReport): ReadOptions {
  const header = Number.parseInt(draft.header, 10);
  const renamed = new Map((report.options?.columns ?? []).map((one) => [one.column, one.name]));
  const names = new Set([...Object.keys(draft.types), ...renamed.keys()]);
  const columns = [...names].flatMap((column) => {
    const type = draft.types[column] ?? "";
    const name = renamed.get(column);
    if (!type && !name) return [];
    return [
      {
        column,
        ...(name ? { name } : {}),
        ...(type === "drop" ? { drop: true } : type ? { type } : {}),
      },
    ];
  });
  return {
    ...(report.options?.quote ? { quote: report.options.quote } : {}),
    ...(report.options?.skip ? { skip: report.options.skip } : {}),
    ...(report.options?.nulls ? { nulls: report.options.nulls } : {}),
    ...(draft.delimiter ? { delimiter: draft.delimiter } : {}),
    ...(Number.isNaN(header) ? {} : { header }),
    ...(draft.encoding.trim() ? { encoding: draft.encoding.trim() } : {}),
    ...(draft.date_order ? { date_order: draft.date_order } : {}),
    ...(draft.decimal ? { decimal: draft.decimal } : {}),
    ...(columns.length > 0 ? { columns } : {}),
  };
}

/** The options of all tables, without those about which nothing is said. */
export function allOptions(
  reports: FileReport[],
  drafts: Record<string, Draft>,
): Record<string, ReadOptions> {
  const out: Record<string, ReadOptions> = {};
  for (const report of reports) {
    const options = optionsOf(drafts[report.table] ?? draftOf(report), report);
    if (Object.keys(options).length > 0) out[report.table] = options;
  }
  return out;
}

export const sameOptions = (a: Record<string, ReadOptions>, b: Record<string, ReadOptions>): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
