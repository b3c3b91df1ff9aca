/** What is typed and not asked yet, for each conversation. It lives as long as the tab: two tabs are two minds. */
const QUESTIONS = "leo.drafts";
const STATEMENTS = "leo.statements";
/** A tab that is open for weeks must not fill its storage. */
const MOST = 20;

function read(name: string): Record<string, unknown> {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(name) ?? "{}");
    return typeof stored === "object" && stored !== null ? (stored as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function keep(name: string, thread: string, draft: unknown): void {
  const others = Object.entries(read(name)).filter(([of]) => of !== thread);
  const kept = others.slice(-(MOST - 1));
  if (draft !== undefined) kept.push([thread, draft]);
  try {
    sessionStorage.setItem(name, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // Storage may be off or full: then a draft lives as long as its box.
  }
}

/** The draft of a conversation; without one, that of a new question. */
export const draftOf = (thread = ""): string => {
  const draft = read(QUESTIONS)[thread];
  return typeof draft === "string" ? draft : "";
};

/** Keeps a draft; an empty one is forgotten. */
export const keepDraft = (thread = "", draft: string): void =>
  keep(QUESTIONS, thread, draft === "" ? undefined : draft);

/** What is written in the editors of a conversation, whatever else its box holds; undefined without any. */
export function statementsOf(thread = ""): object | undefined {
  const kept = read(STATEMENTS)[thread];
  return typeof kept === "object" && kept !== null ? kept : undefined;
}

/** Keeps what is written in the editors; undefined forgets it. */
export const keepStatements = (thread = "", statements: object | undefined): void =>
  keep(STATEMENTS, thread, statements);

/** The conversations that began in the box of another one, or in that of a new question. */
const began = new Map<string, string>();

/** Says that a conversation began in a box: what is typed there until its page opens belongs to it. */
export const begins = (thread: string, box = ""): void => void (thread === box || began.set(thread, box));

/** Moves what was typed in the box a conversation began in, as the page goes from the one to the other. */
export function takeOver(thread = "", box = ""): void {
  if (began.get(thread) !== box) return;
  began.delete(thread);
  for (const name of [QUESTIONS, STATEMENTS]) {
    const left = read(name)[box];
    if (left === undefined || read(name)[thread] !== undefined) continue;
    keep(name, thread, left);
    keep(name, box, undefined);
  }
}
