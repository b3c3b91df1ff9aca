import type { Cell } from "./protocol";

/** A place in a table: row and column, counted as they are shown. */
export interface Place {
  row: number;
  column: number;
}

/** Where a key leads in a table, or undefined for a key that does not move. */
export function step(
  from: Place,
  key: string,
  control: boolean,
  size: { rows: number; columns: number; page: number },
): Place | undefined {
  const { row, column } = from;
  const lastRow = Math.max(size.rows - 1, 0);
  const lastColumn = Math.max(size.columns - 1, 0);
  switch (key) {
    case "ArrowDown":
      return { row: control ? lastRow : Math.min(row + 1, lastRow), column };
    case "ArrowUp":
      return { row: control ? 0 : Math.max(row - 1, 0), column };
    case "ArrowRight":
      return { row, column: control ? lastColumn : Math.min(column + 1, lastColumn) };
    case "ArrowLeft":
      return { row, column: control ? 0 : Math.max(column - 1, 0) };
    case "PageDown":
      return { row: Math.min(row + size.page, lastRow), column };
    case "PageUp":
      return { row: Math.max(row - size.page, 0), column };
    case "Home":
      return control ? { row: 0, column: 0 } : { row, column: 0 };
    case "End":
      return control ? { row: lastRow, column: lastColumn } : { row, column: lastColumn };
  }
  return undefined;
}

/** A plain number, which no spreadsheet takes for a formula. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * A value as a spreadsheet may have it: text that would start a formula gets an apostrophe in front, as in the CSV
 * the server sends (gateway/results), and what would end the cell becomes a space.
 */
export function inert(value: Cell): string {
  if (value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const guarded = /^[=+\-@\t\r]/.test(text) && !NUMBER.test(text) && text !== "-Infinity" ? `'${text}` : text;
  return guarded.replace(/[\t\r\n]+/g, " ");
}

/** Rows as tab-separated text with a header; values are exact, not rounded as shown. */
export const toTsv = (names: string[], rows: Cell[][]): string =>
  [names, ...rows].map((row) => row.map(inert).join("\t")).join("\n");
