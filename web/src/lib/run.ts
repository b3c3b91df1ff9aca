import type {
  Answered,
  Asked,
  Cancelled,
  Executed,
  Failed,
  Kind,
  NeedsInput,
  Planned,
  Progress,
  Rejected,
  RunEvent,
  RunStatus,
  Started,
} from "./protocol";

/** One round of planning and executing. A run of several rounds shows each of them. */
export interface Step {
  number: number;
  planned?: Planned;
  started?: Started;
  executed?: Executed;
}

/** A line of the run's log: what happened, when, by whom. */
export interface LogLine {
  seq: number;
  kind: Kind;
  step: number;
  time: string;
  by: string;
}

/** Everything the page shows of a run. */
export interface RunState {
  status: RunStatus;
  /** The highest sequence folded so far; a stream resumes after it. */
  lastSeq: number;
  asked?: Asked;
  askedAt?: string;
  finishedAt?: string;
  steps: Step[];
  progress?: Progress;
  /** Text of an answer that is still being written. */
  draft: string;
  answered?: Answered;
  needsInput?: NeedsInput;
  rejected?: Rejected;
  failed?: Failed;
  cancelled?: Cancelled;
  log: LogLine[];
}

export type RunAction =
  | { type: "event"; seq: number; event: RunEvent }
  | { type: "progress"; progress: Progress }
  | { type: "delta"; text: string }
  /** The stream was cut and is open again: deltas sent in between are lost. */
  | { type: "resumed" };

export const emptyRun: RunState = { status: "pending", lastSeq: 0, steps: [], draft: "", log: [] };

/** Whether nothing will happen to this run any more. */
export const isFinished = ({ status }: Pick<RunState, "status">): boolean =>
  status !== "pending" && status !== "running";

/**
 * Folds what a stream delivers into what is shown. It is pure, and an event at or below the last sequence is
 * dropped, so a stream may be cut, resumed and replayed anywhere.
 */
export function reduce(run: RunState, action: RunAction): RunState {
  if (isFinished(run)) return run;
  switch (action.type) {
    case "event":
      return action.seq <= run.lastSeq ? run : reduceEvent(run, action.seq, action.event);
    case "progress":
      return { ...run, progress: action.progress };
    case "delta":
      return { ...run, draft: run.draft + action.text };
    case "resumed":
      return run.draft === "" ? run : { ...run, draft: "" };
  }
}

function reduceEvent(before: RunState, seq: number, event: RunEvent): RunState {
  const line: LogLine = { seq, kind: event.kind, step: event.step, time: event.time, by: event.by ?? "" };
  const run: RunState = { ...before, lastSeq: seq, progress: undefined, log: [...before.log, line] };
  const finish = (status: RunStatus): RunState => ({ ...run, status, draft: "", finishedAt: event.time });
  switch (event.kind) {
    case "asked":
      return { ...run, status: "pending", asked: event.body, askedAt: event.time };
    case "planned":
      return inStep({ ...run, draft: "" }, event.step, { planned: event.body });
    case "started":
      return inStep(run, event.step, { started: event.body });
    case "executed":
      return inStep(run, event.step, { executed: event.body });
    case "answered":
      return { ...finish("succeeded"), answered: event.body };
    case "needs_input":
      return { ...finish("needs_input"), needsInput: event.body };
    case "rejected":
      return { ...finish("rejected"), rejected: event.body };
    case "failed":
      return { ...finish("failed"), failed: event.body };
    case "cancelled":
      return { ...finish("cancelled"), cancelled: event.body };
  }
}

function inStep(run: RunState, number: number, part: Omit<Step, "number">): RunState {
  const known = run.steps.some((step) => step.number === number);
  const steps = known
    ? run.steps.map((step) => (step.number === number ? { ...step, ...part } : step))
    : [...run.steps, { number, ...part }];
  return { ...run, status: "running", steps };
}

/** The latest statement that was planned. */
export const planOf = (run: RunState): Planned | undefined =>
  run.steps.findLast((step) => step.planned !== undefined)?.planned;

/** The latest result. A statement that came back with a fault has none. */
export const resultOf = (run: RunState): Executed | undefined =>
  run.steps.findLast((step) => step.executed !== undefined && step.executed.fault === undefined)?.executed;

/** Where the statement ran. */
export const executorOf = (run: RunState): string | undefined =>
  resultOf(run)?.executor ?? run.steps.findLast((step) => step.started !== undefined)?.started?.executor;

/** What kind of request opened the run. */
export function requestKind(asked: Asked | undefined): "question" | "plan" | "sql" | "python" {
  if (asked?.request.sql) return "sql";
  if (asked?.request.python) return "python";
  return asked?.request.plan ? "plan" : "question";
}

/** Milliseconds from asking to the end, as the server counted them. */
export function totalMs(run: RunState): number | undefined {
  if (run.answered && run.answered.usage.total_ms > 0) return run.answered.usage.total_ms;
  if (!run.askedAt || !run.finishedAt) return undefined;
  return Math.max(0, Date.parse(run.finishedAt) - Date.parse(run.askedAt));
}

/**
 * What was asked, in words. A plan that was picked from several readings is known by its sentence, one that was
 * edited or run again by the question it began with.
 */
export function questionOf(run: RunState, title?: string): string {
  const request = run.asked?.request;
  const began = planOf(run)?.edited?.question || run.asked?.context?.again?.question;
  return (
    request?.question || began || title || planOf(run)?.sentence || request?.sql || request?.python || "…"
  );
}

/** The statement of a run as it can be edited: what was planned, else what a person sent. */
export function statementOf(run: RunState): { language: "sql" | "python"; code: string } | undefined {
  const plan = planOf(run);
  const request = run.asked?.request;
  const python = plan?.python || request?.python;
  if (python) return { language: "python", code: python };
  const sql = plan?.sql || request?.sql;
  return sql ? { language: "sql", code: sql } : undefined;
}

/** The request that runs the same again without planning it again: its plan, else its statement, else itself. */
export function sameAgain(run: RunState): Partial<Asked["request"]> {
  const plan = planOf(run);
  if (plan?.plan) return { plan: plan.plan };
  if (plan?.sql) return { sql: plan.sql };
  if (plan?.python) return { python: plan.python };
  return run.asked?.request ?? {};
}
