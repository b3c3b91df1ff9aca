import { elements, members, spanOf } from "../../lib/spans";

/** The stored bytes of each event of a capsule, as they were downloaded, moved to the left edge. */
export function eventTexts(text: string): Map<number, string> {
  const out = new Map<number, string>();
  const chain = members(spanOf(text)).get("chain");
  for (const link of elements(members(chain!).get("events")!)) {
    const parts = members(link);
    const seq = parts.get("seq")!;
    const data = parts.get("data")!;
    out.set(Number(text.slice(seq.start, seq.end)), dedent(text.slice(data.start, data.end)));
  }
  return out;
}

/** Takes away the indentation that the last line has: strings hold no line breaks, so no value changes. */
function dedent(text: string): string {
  const indent = /\n([ \t]*)[^\n]*$/.exec(text)?.[1] ?? "";
  return indent === "" ? text : text.replaceAll(`\n${indent}`, "\n");
}
