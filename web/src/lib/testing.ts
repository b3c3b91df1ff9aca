import { decodeEvent, type Bodies, type Kind, type PolicyLimits, type RunEvent } from "./protocol";
import { emptyRun, reduce, type RunState } from "./run";

/** Makes events for tests; the bodies need only what the test is about. */
export function event<K extends Kind>(
  kind: K,
  body: Partial<Bodies[K]>,
  step = 1,
): Extract<RunEvent, { kind: K }> {
  const made = decodeEvent({
    schema: `${kind}/1`,
    org: "local",
    run_id: "r1",
    step,
    time: "2026-03-01T10:00:00.000Z",
    by: "test",
    body,
  });
  if (!made) throw new Error(`${kind} is no event`);
  return made as Extract<RunEvent, { kind: K }>;
}

/** Folds events with the sequences 10, 20, 30, … */
export const fold = (events: RunEvent[], from: RunState = emptyRun): RunState =>
  events.reduce((run, one, at) => reduce(run, { type: "event", seq: (at + 1) * 10, event: one }), from);

const limits = { max_rows: 200, timeout_ms: 10_000, max_output_bytes: 1_000_000, memory_mb: 512 };

export const asked = event(
  "asked",
  {
    user: "ann",
    thread_id: "t1",
    dataset: { id: "d1", version: "abc" },
    request: { question: "How many?" },
    limits,
  },
  0,
);

export const planned = event("planned", {
  query_type: "sql",
  sql: "SELECT 1",
  sentence: "One.",
  origin: "rules",
  confidence: 1,
  limits,
  plan_ms: 2,
});

export const started = event("started", { executor: "native", sandbox_id: "s", attempt: 1 });

export const executed = event("executed", {
  columns: [{ name: "n", type: "BIGINT" }],
  preview: [[1]],
  row_count: 1,
  truncated: false,
  executor: "native",
  cache: "miss",
  timings: { queue_ms: 1, prepare_ms: 20, exec_ms: 5, total_ms: 26 },
});

export const answered = event("answered", {
  text: "There is 1.",
  trust: { sentence: "One.", origin: "rules", dataset_version: "abc", complete: true },
  usage: {
    input_tokens: 0,
    output_tokens: 0,
    cost_usd: 0,
    plan_ms: 2,
    exec_ms: 5,
    answer_ms: 1,
    total_ms: 30,
  },
});

/** The limits in force, as the server tells them by default. */
export const policy: PolicyLimits = {
  default: { max_rows: 200, timeout_ms: 10_000, max_output_bytes: 8 << 20, memory_mb: 512 },
  max: { max_rows: 10_000, timeout_ms: 60_000, max_output_bytes: 32 << 20, memory_mb: 512 },
  max_question_bytes: 8192,
  max_statement_bytes: 65_536,
  max_steps: 6,
  run_deadline_ms: 300_000,
  python: true,
  uploads: { max_file_bytes: 8 * 2 ** 30, max_bytes: 8 * 2 ** 30, max_files: 64 },
};
