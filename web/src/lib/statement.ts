/** What a person typed: a question, or a statement in a fence as in a chat. */
export type Asked = { question: string } | { sql: string } | { python: string };

const FENCED = /^```(sql|python|py)[ \t]*\n([\s\S]*?)\n?```$/i;

/** Reads the box: ```sql … ``` is SQL and ```python … ``` is Python. */
export function requestOf(typed: string): Asked {
  const fenced = FENCED.exec(typed.trim());
  if (!fenced) return { question: typed.trim() };
  const [, language = "", code = ""] = fenced;
  return language.toLowerCase() === "sql" ? { sql: code } : { python: code };
}

/** Whether a fence was begun and not ended, so that Enter makes a line. */
export function insideFence(typed: string): boolean {
  return /^\s*```/.test(typed) && !FENCED.test(typed.trim());
}

const SQL =
  /^(\s|--.*\n|\/\*[\s\S]*?\*\/)*(select\s[\s\S]*(\sfrom\s|[*(=;0-9])|with\s+(recursive\s+)?(\w+|"[^"]+")\s+as\s*\()/i;

/** Whether what was typed may be a bare statement in SQL. "Select the orders of May" is a question. */
export const looksLikeSQL = (typed: string): boolean => SQL.test(typed);
