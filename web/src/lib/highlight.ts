/** A stretch of code and what it is. */
export interface Token {
  text: string;
  kind: "plain" | "keyword" | "string" | "number" | "comment" | "name";
}

export type Language = "sql" | "json" | "python";

const KEYWORDS: Record<Language, Set<string>> = {
  sql: new Set(
    (
      "select from where group by having order limit offset distinct all as on using join inner left right full outer " +
      "cross and or not in is null between like ilike escape exists case when then else end cast try_cast union " +
      "intersect except with recursive over partition rows range groups unbounded preceding following current row " +
      "filter within asc desc nulls first last interval date timestamp time true false values qualify window any top"
    ).split(" "),
  ),
  python: new Set(
    (
      "and as assert break class continue def del elif else except finally for from if import in is lambda None not " +
      "or pass raise return True False try while with yield"
    ).split(" "),
  ),
  json: new Set(["true", "false", "null"]),
};

const PATTERNS: Record<Language, RegExp> = {
  sql: /(--[^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^']|'')*')|("(?:[^"]|"")*"|\[[A-Za-z_][^\]\n]*\])|(\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)|([A-Za-z_]\w*)/gi,
  python:
    /(#[^\n]*)|("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(\b\B)|(\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)|([A-Za-z_]\w*)/gi,
  json: /(\b\B)|("(?:[^"\\]|\\.)*"(?!\s*:))|("(?:[^"\\]|\\.)*"(?=\s*:))|(-?\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)|([a-z]+)/gi,
};

const GROUPS = ["comment", "string", "name", "number"] as const;

/** Splits code into tokens whose texts, joined, are the code again, byte for byte. */
export function highlight(code: string, language: Language): Token[] {
  const tokens: Token[] = [];
  const keywords = KEYWORDS[language];
  let at = 0;
  for (const match of code.matchAll(PATTERNS[language])) {
    const [text, ...groups] = match;
    if (text === "") continue;
    const known = GROUPS.find((_, group) => groups[group] !== undefined);
    const keyword = keywords.has(language === "sql" ? text.toLowerCase() : text);
    const kind = known ?? (keyword ? "keyword" : "plain");
    if (match.index > at) tokens.push({ text: code.slice(at, match.index), kind: "plain" });
    tokens.push({ text, kind });
    at = match.index + text.length;
  }
  if (at < code.length) tokens.push({ text: code.slice(at), kind: "plain" });
  return tokens;
}
