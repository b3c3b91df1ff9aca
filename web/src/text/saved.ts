import { formatCount } from "../lib/format";

/** The English of the Saved page. */
export const savedText = {
  title: "Saved",
  docTitle: "Saved · Leo",
  verified: "Verified answers",
  verifiedIntro:
    "Questions worded nearly like one of these get its answer before anything else is tried, with the name of who vouches for it.",
  none: "No answer is verified yet.",
  noneHint: "Ask a question, then mark its answer as verified.",
  failed: "The verified answers could not be loaded.",
  valid: "In use",
  stale: "Stale, not used",
  by: (owner: string, day: string) => `Verified by ${owner}, ${day}`,
  note: (note: string) => `“${note}”`,
  open: "Open the answer",
  remove: "Take the mark away",
  removeSure: "Take it away",
  keep: "Keep it",
  cases: "Test cases",
  casesIntro:
    "Questions with their whole results. leo eval cases asks them again and fails where an answer differs.",
  casesNone: "No test case is saved yet.",
  casesNoneHint: "Ask a question, then save its answer as a test case.",
  casesFailed: "The test cases could not be loaded.",
  export: "Export as JSON lines",
  exportTitle: "Every test case, as the questions.jsonl that leo eval reads",
  shape: (rows: number, columns: number) =>
    `${formatCount(rows)} ${rows === 1 ? "row" : "rows"}, ${columns} ${columns === 1 ? "column" : "columns"}`,
  saved: (owner: string, day: string) => `Saved by ${owner}, ${day}`,
  after: (turns: number) => (turns === 1 ? "after 1 earlier question" : `after ${turns} earlier questions`),
  data: (dataset: string, version: string) => `${dataset}, data ${version.slice(0, 8)}`,
  delete: "Delete",
  deleteSure: "Delete it",
  more: "Show more",
  gone: "It is gone.",
  sure: (what: string) => `Sure? ${what}`,
};
