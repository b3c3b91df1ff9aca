/** A value of a JSON text, by its bytes: parsing would round numbers and forget how they were written. */
export interface Span {
  text: string;
  start: number;
  end: number;
}

const SPACE = /[ \t\r\n]/;

function skip(text: string, at: number): number {
  while (at < text.length && SPACE.test(text[at]!)) at += 1;
  return at;
}

/** The place after the string that begins here. */
function afterString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

/** The place after the value that begins here. The text must be JSON. */
function afterValue(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length;) {
    const c = text[i]!;
    if (c === '"') {
      i = afterString(text, i);
      if (depth === 0) return i;
      continue;
    }
    if (depth === 0 && (c === "," || c === "}" || c === "]" || SPACE.test(c))) return i;
    if (c === "{" || c === "[") depth += 1;
    if (c === "}" || c === "]") {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
    i += 1;
  }
  return text.length;
}

/** The whole of a text; throws where it is not JSON. */
export function spanOf(text: string): Span {
  JSON.parse(text);
  const start = skip(text, 0);
  return { text, start, end: afterValue(text, start) };
}

/** The members of an object, each name once: of a name that stands twice, the last. */
export function members({ text, start }: Span): Map<string, Span> {
  const out = new Map<string, Span>();
  if (text[start] !== "{") return out;
  for (let at = skip(text, start + 1); text[at] === '"'; at = skip(text, at + 1)) {
    const nameEnd = afterString(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const begin = skip(text, skip(text, nameEnd) + 1);
    const end = afterValue(text, begin);
    out.set(name, { text, start: begin, end });
    at = skip(text, end);
    if (text[at] !== ",") break;
  }
  return out;
}

/** The elements of an array. */
export function elements({ text, start }: Span): Span[] {
  const out: Span[] = [];
  if (text[start] !== "[") return out;
  let at = skip(text, start + 1);
  while (at < text.length && text[at] !== "]") {
    const end = afterValue(text, at);
    out.push({ text, start: at, end });
    at = skip(text, end);
    if (text[at] !== ",") break;
    at = skip(text, at + 1);
  }
  return out;
}

/** The value without the white space between its parts, as Go's json.Compact leaves it. */
export function compact({ text, start, end }: Span): string {
  let out = "";
  for (let at = start; at < end;) {
    const c = text[at]!;
    if (c === '"') {
      const after = afterString(text, at);
      out += text.slice(at, after);
      at = after;
    } else {
      if (!SPACE.test(c)) out += c;
      at += 1;
    }
  }
  return out;
}

/** The value, as JSON.parse reads it. */
export const valueOf = ({ text, start, end }: Span): unknown => JSON.parse(text.slice(start, end));
