import type { RunStatus } from "../../lib/protocol";

/** What narrows the lists, as it stands in the address of the page. Absent fields do not narrow. */
export interface Filter {
  view?: "acts";
  q?: string;
  status?: RunStatus;
  user?: string;
  dataset?: string;
  kind?: string;
  road?: string;
  error?: string;
  /** Days in the reader's own time zone, both inclusive. */
  from?: string;
  to?: string;
  act?: string;
}

const FIELDS = ["q", "status", "user", "dataset", "kind", "road", "error", "from", "to", "act"] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads an address, which anybody may have written: what makes no sense is left out. */
export function readFilter(search: Record<string, unknown>): Filter {
  const filter: Record<string, string> = {};
  for (const name of FIELDS) {
    const value = search[name];
    if ((typeof value === "string" && value !== "") || typeof value === "number")
      filter[name] = String(value);
  }
  for (const name of ["from", "to"]) if (filter[name] && !DAY.test(filter[name])) delete filter[name];
  if (search.view === "acts") filter.view = "acts";
  return filter as Filter;
}

/** The filter with some fields changed; an empty one is taken out. */
export function withFilter(filter: Filter, change: { [K in keyof Filter]?: Filter[K] | "" }): Filter {
  const next = { ...filter, ...change };
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== "" && value !== undefined));
}

/** Whether anything is narrowed. Which of the two lists is shown narrows nothing. */
export const isNarrowed = (filter: Filter): boolean => FIELDS.some((name) => filter[name] !== undefined);

/** Midnight in the reader's time zone, some days after a day. */
const midnight = (day: string, after = 0): string => {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + after).toISOString();
};

const times = ({ from, to }: Filter) => ({
  from: from === undefined ? undefined : midnight(from),
  // The last day is meant to its end.
  to: to === undefined ? undefined : midnight(to, 1),
});

/** The parameters of the routes that list, count, check and export runs. */
export const runQuery = (filter: Filter) => ({
  q: filter.q,
  status: filter.status,
  user: filter.user,
  dataset_id: filter.dataset,
  request_kind: filter.kind as "question" | undefined,
  road: filter.road as "verified" | undefined,
  error: filter.error,
  ...times(filter),
});

/** The parameters of the list of acts. */
export const actQuery = (filter: Filter) => ({
  q: filter.q,
  user: filter.user,
  kind: filter.act,
  ...times(filter),
});
