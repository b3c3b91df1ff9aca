import type { Fault } from "../../lib/protocol";

/** A stretch of a text, in UTF-16 code units as the browser counts. */
export interface Place {
  from: number;
  to: number;
}

const WORD = /^(?:[\p{L}\p{N}_]+|"(?:[^"]|"")*"|'(?:[^']|'')*'|[^\s\p{L}\p{N}_]+)/u;

/** What stands at an index: a word, a quoted name or a run of signs; before it, where the text ends. */
function stretch(code: string, at: number): Place {
  const from = Math.min(Math.max(at, 0), code.length);
  const length = WORD.exec(code.slice(from))?.[0].length ?? 0;
  if (length > 0) return { from, to: from + length };
  const before = code.slice(0, from).trimEnd();
  const word = /[\p{L}\p{N}_]+$|\S$/u.exec(before);
  return word ? { from: word.index, to: before.length } : { from: 0, to: code.length };
}

/** The index of a byte of the UTF-8 that the server counted in. */
function indexOfByte(code: string, bytes: number): number {
  let at = 0;
  for (const sign of code) {
    if (bytes <= 0) break;
    const point = sign.codePointAt(0) ?? 0;
    bytes -= point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    at += sign.length;
  }
  return at;
}

/** The index of a line and a column, both from 1. Columns count characters, not code units. */
function indexOfLine(code: string, line: number, column = 1): number {
  const lines = code.split("\n");
  const row = Math.min(Math.max(line, 1), lines.length);
  const before = lines.slice(0, row - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const ahead = [...(lines[row - 1] ?? "")].slice(0, column - 1).join("");
  return before + ahead.length;
}

/** Where in a statement its fault is; undefined when the fault names no place. */
export function placeOf(fault: Fault, code: string): Place | undefined {
  const { position, line, column } = (fault.details ?? {}) as Record<string, unknown>;
  if (typeof position === "number") return stretch(code, indexOfByte(code, position));
  if (typeof line !== "number") return undefined;
  if (typeof column === "number") return stretch(code, indexOfLine(code, line, column));
  const from = indexOfLine(code, line);
  const end = code.indexOf("\n", from);
  return { from, to: end < 0 ? code.length : end };
}
