import type { Column } from "./protocol";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** The parts of a date that are numbered and have names. */
const NAMES: Record<string, string[]> = {
  day_of_week: DAYS,
  month_of_year: MONTHS,
  quarter_of_year: ["Q1", "Q2", "Q3", "Q4"],
};

interface Output {
  as?: string;
  agg?: string;
  op?: string;
  part?: string;
}

const outputs = (list: unknown): Output[] => (Array.isArray(list) ? (list as Output[]) : []);

/** What the numbers of columns are called that hold a part of a date, as the plan says; a person's own SQL does not. */
export function partsOf(plan: Record<string, unknown> | undefined, columns: Column[]): Map<string, string[]> {
  // Groups come first, then what is selected, each once; else only the names tell.
  const all = [...outputs(plan?.group_by), ...outputs(plan?.select)];
  const inPlace = all.length === columns.length;
  const parts = new Map<string, string[]>();
  for (const [at, { as, agg, op, part }] of all.entries()) {
    const name = as ?? (inPlace ? columns[at]?.name : undefined);
    const called = NAMES[part ?? ""];
    if (name !== undefined && called && !agg && !op) parts.set(name, called);
  }
  return parts;
}
