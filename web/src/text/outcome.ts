import { formatCount } from "../lib/format";
import type { Cap } from "../lib/limits";
import type { StageName } from "../lib/protocol";
import { plural } from ".";

const WHERE: Record<StageName, string> = {
  planning: "the request was planned",
  checking: "the statement was checked",
  executing: "the statement ran",
  answering: "the answer was written",
  supervising: "Leo waited for the run to end",
};

/** The English of how runs end: faults and what to do next, and results that are cut. */
export const outcome = {
  where: (stage: StageName) => `It happened while ${WHERE[stage]}.`,
  step: {
    edit: "Edit the statement",
    rephrase: "Rephrase",
    ask_back: "Did you mean",
    retry: "Try again",
    sign_in: "Sign in again",
    check_connection: "Check the connection",
  },
  askInstead: "Ask a question instead",
  raise: {
    max_rows: (n: number) => `Run again for ${formatCount(n)} rows`,
    timeout_ms: (n: number) => `Run again with ${n / 1000} seconds`,
    max_output_bytes: (n: number) => `Run again with ${Math.round(n / (1 << 20))} MB of output`,
    memory_mb: (n: number) => `Run again with ${formatCount(n)} MB of memory`,
  },
  silent: "Leo still does not answer.",
  ruleOf: (rule: string) => `Rule: ${rule.replaceAll("_", " ")}`,
  modelFailed: "The model could not plan this question; these readings are by the rules.",
  retry: "Try again",
  rephrase: "Rephrase",
  askAgain: "Ask again",
  words: "Not understood",
  cancelled: "This run was stopped. Nothing was changed.",
  cancelledBy: (user: string) => `${user} stopped this run. Nothing was changed.`,
  reading: "Which of these do you mean?",
  confirm: "Is this what you mean?",
  chosen: "Run this",
  missingHint: "It may belong to somebody else, or to another server. Pick one from the list, or ask anew.",
  details: "Details",
};

export const capText = {
  rows: ({ shown, total, sure, by }: Cap) =>
    total !== undefined
      ? `First ${formatCount(shown)} of ${formatCount(total)} rows.`
      : by === "bytes"
        ? `First ${plural(shown, "row", "rows")}, up to the limit on size; there are more.`
        : sure
          ? `First ${formatCount(shown)} of at least ${formatCount(shown + 1)} rows.`
          : `First ${plural(shown, "row", "rows")}; there may be more.`,
  totals: ({ grouped }: Cap) =>
    grouped
      ? "Each row is computed from all the data; totals over rows, in the answer and the chart, use these rows only."
      : "Totals in the answer and the chart use these rows only, not all rows.",
  most: "The limit is the largest that is allowed here: filter, or group more coarsely.",
  note: {
    chart: (rows: string) => `Chart: ${rows}`,
    table: (rows: string) => `Table: ${rows}`,
    files: (rows: string) => `Files: ${rows}`,
  },
};
