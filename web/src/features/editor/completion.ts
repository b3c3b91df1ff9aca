import type { Completion } from "@codemirror/autocomplete";
import type { SQLNamespace } from "@codemirror/lang-sql";
import type { Schema } from "../../lib/protocol";

const detail = (type: string, unit?: string): string => [type, unit].filter(Boolean).join(", ");

/** The tables of a dataset with their columns, as the SQL language completes them; aliases it finds by itself. */
export function sqlNames(schema: Schema): SQLNamespace {
  const tables: Record<string, SQLNamespace> = {};
  for (const table of schema.tables) {
    tables[table.name] = {
      self: {
        label: table.name,
        type: "type",
        detail: table.rows.toLocaleString("en"),
        info: table.description || undefined,
      },
      children: table.columns.map((column) => ({
        label: column.name,
        type: "property",
        detail: detail(column.type, column.unit),
        info: column.description || undefined,
      })),
    };
  }
  return tables;
}

/** Every column once, with the first table that has it. */
function columns(schema: Schema): Completion[] {
  const found = new Map<string, Completion>();
  for (const table of schema.tables)
    for (const column of table.columns)
      if (!found.has(column.name))
        found.set(column.name, {
          label: column.name,
          type: "property",
          detail: `${table.name}, ${detail(column.type, column.unit)}`,
          boost: 1,
        });
  return [...found.values()];
}

/** Names that SQL takes as they are. */
const PLAIN = /^[a-z_][a-z0-9_]*$/i;

/** Columns without their table, quoted where they have to be: before FROM is written, there is no other way. */
export const columnNames = (schema: Schema): Completion[] =>
  columns(schema).map((one) =>
    PLAIN.test(one.label) ? one : { ...one, apply: `"${one.label.replaceAll('"', '""')}"` },
  );

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** The same for Python: tables are data frames under their names, and columns are named in quotes. */
export function pythonNames(schema: Schema): Completion[] {
  const frames = schema.tables
    .filter((table) => NAME.test(table.name))
    .map((table) => ({ label: table.name, type: "variable", detail: "DataFrame" }));
  return [
    ...frames,
    { label: "dfs", type: "variable", detail: "dict" },
    { label: "result_df", type: "variable" },
    ...columns(schema),
  ];
}
