export type Group = "go" | "do" | "dataset" | "thread";

/** One thing the palette can do. */
export interface Command {
  id: string;
  group: Group;
  label: string;
  /** Further words it is found by. */
  also?: string;
  /** Shown beside it. */
  note?: string;
  run: () => void;
}

const ORDER: Group[] = ["go", "do", "dataset", "thread"];
/** How many of a group are shown before anything is typed. */
const FIRST: Record<Group, number> = { go: 10, do: 10, dataset: 5, thread: 5 };
const MOST = 50;

const fold = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** How well a label matches, 0 for not at all: every word must be there, and the starts of words count for more. */
export function score(label: string, also: string, query: string): number {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const name = fold(label);
  const all = `${name} ${fold(also)}`;
  let sum = 1;
  for (const word of words) {
    if (!all.includes(word)) return 0;
    if (name.startsWith(word)) sum += 4;
    else if (` ${name}`.includes(` ${word}`)) sum += 2;
  }
  return sum;
}

/** The commands a query finds, group by group, the best of each first. */
export function find(commands: Command[], query: string): Command[] {
  const typed = query.trim() !== "";
  return ORDER.flatMap((group) => {
    const found = commands
      .filter((one) => one.group === group)
      .map((one) => ({ one, points: score(one.label, one.also ?? "", query) }))
      .filter(({ points }) => points > 0);
    if (typed) found.sort((a, b) => b.points - a.points);
    return found.slice(0, typed ? MOST : FIRST[group]).map(({ one }) => one);
  }).slice(0, MOST);
}
