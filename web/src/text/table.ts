import { formatCount } from "../lib/format";

/** The English of the result table. */
export const tableText = {
  null: "null",
  help: "Arrow keys move, Shift with them selects rows, Control C copies, Enter shows a value in full.",
  selected: (rows: number) => `${formatCount(rows)} ${rows === 1 ? "row" : "rows"} selected`,
  copySelected: "Copy selected rows",
  valueOf: (column: string, row: number) => `${column}, row ${formatCount(row)}`,
};
