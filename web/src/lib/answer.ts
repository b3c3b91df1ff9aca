import { columnKind, isNumeric } from "./format";
import type { Cell, Column, Ref } from "./protocol";

/** A stretch of an answer's text: plain, bold, or a figure that stands in a cell of the result. */
export interface Span {
  text: string;
  bold: boolean;
  ref?: Ref;
}

/** The refs that can be trusted: inside the text, in order, not overlapping. */
function usable(refs: Ref[], length: number): Ref[] {
  const sorted = refs.filter((ref) => ref.start >= 0 && ref.start < ref.end && ref.end <= length);
  sorted.sort((a, b) => a.start - b.start);
  let end = 0;
  return sorted.filter((ref) => {
    const free = ref.start >= end;
    if (free) end = ref.end;
    return free;
  });
}

/** The refs to numbers: they are what a reader checks. */
export const figures = (refs: Ref[] | undefined, columns: Column[]): Ref[] =>
  (refs ?? []).filter((ref) => {
    const column = columns.find((one) => one.name === ref.column);
    return column !== undefined && isNumeric(columnKind(column.type));
  });

/**
 * The columns whose values the answer writes as percentages though the cells hold parts of one: "27.6%" for
 * 0.2758. Chart and table then write them the same way.
 */
export function fractionColumns(text: string, refs: Ref[], columns: Column[], rows: Cell[][]): Set<string> {
  const found = new Set<string>();
  for (const ref of refs) {
    const written = /^(-?[\d,]+(?:\.(\d+))?)\s?%$/.exec(text.slice(ref.start, ref.end));
    const cell = rows[ref.row]?.[columns.findIndex((column) => column.name === ref.column)];
    if (!written || typeof cell !== "number" || cell === 0) continue;
    const percent = Number((written[1] ?? "").replaceAll(",", ""));
    if (Math.abs(percent - cell * 100) <= 0.5000001 * 10 ** -(written[2] ?? "").length) found.add(ref.column);
  }
  return found;
}

/**
 * Splits an answer into spans. Offsets of refs count the text as it was sent, including the ** of bold
 * stretches, which are the only markup there is.
 */
export function spans(text: string, refs: Ref[] = []): Span[] {
  const result: Span[] = [];
  let bold = false;
  const plain = (stretch: string) => {
    for (const [at, part] of stretch.split("**").entries()) {
      if (at > 0) bold = !bold;
      if (part !== "") result.push({ text: part, bold });
    }
  };
  let at = 0;
  for (const ref of usable(refs, text.length)) {
    plain(text.slice(at, ref.start));
    result.push({ text: text.slice(ref.start, ref.end).replaceAll("**", ""), bold, ref });
    at = ref.end;
  }
  plain(text.slice(at));
  return result;
}
