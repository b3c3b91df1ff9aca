/** What is typed and not asked yet, for each conversation. It lives as long as the tab: two tabs are two minds. */
const NAME = "leo.drafts";
/** A tab that is open for weeks must not fill its storage. */
const MOST = 20;

function read(): Record<string, string> {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(NAME) ?? "{}");
    return typeof stored === "object" && stored !== null ? (stored as Record<string, string>) : {};
  } catch {
    return {};
  }
}

/** The draft of a conversation; without one, that of a new question. */
export const draftOf = (thread = ""): string => {
  const draft = read()[thread];
  return typeof draft === "string" ? draft : "";
};

/** Keeps a draft; an empty one is forgotten. */
export function keepDraft(thread = "", draft: string): void {
  const others = Object.entries(read()).filter(([of]) => of !== thread);
  const kept = others.slice(-(MOST - 1));
  if (draft !== "") kept.push([thread, draft]);
  try {
    sessionStorage.setItem(NAME, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // Storage may be off or full: then a draft lives as long as its box.
  }
}
