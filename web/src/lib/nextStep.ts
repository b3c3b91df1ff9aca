import { UNREACHABLE } from "./http";
import type { Fault, StageName } from "./protocol";

/** Every code a fault of Leo can have, in the order of the server's table. */
export const FAULT_CODES = [
  "VALIDATION_ERROR",
  "SQL_POLICY_VIOLATION",
  "PYTHON_POLICY_VIOLATION",
  "PYTHON_EXECUTION_ERROR",
  "RUNNER_TIMEOUT",
  "RUNNER_RESOURCE_EXCEEDED",
  "RUNNER_INTERNAL_ERROR",
  "QUERY_ERROR",
  "NOT_FOUND",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "RATE_LIMITED",
  "BUDGET_EXCEEDED",
  "FEATURE_DISABLED",
  "CONNECTION_ERROR",
  "MODEL_ERROR",
  "UNAVAILABLE",
  "CANCELLED",
  "CONFLICT",
  "PAYLOAD_TOO_LARGE",
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];

/** What a request was made of. */
export type RequestKind = "question" | "plan" | "sql" | "python";

/** The one thing to do next. */
export type NextStep =
  /** Open the statement in the editor, at the place the fault names. */
  | "edit"
  /** Put the question back into the box. */
  | "rephrase"
  /** Offer what the fault says might have been meant. */
  | "ask_back"
  | "retry"
  /** Run the same again with the next larger limit. */
  | "raise"
  | "sign_in"
  /** Ask whether the server is there, and then try again. */
  | "check_connection";

/** What the page can do about the run at hand; a step it cannot do is not offered. */
export interface Means {
  /** There is a statement to open in the editor. */
  statement: boolean;
  /** A limit can be raised within the policy. */
  raisable: boolean;
  /** The fault names something that might have been meant. */
  suggests: boolean;
}

/**
 * The first step of a row that can be taken is the one that is offered. Three columns: before anything could run
 * (planning), at the statement (checking and executing), and after it (answering, supervising).
 */
type Row = Record<"planning" | "running" | "after", readonly NextStep[]>;

const always = (...steps: NextStep[]): Row => ({ planning: steps, running: steps, after: steps });
/** What the request says is wrong: the words of a question, the text of a statement. */
const WORDS: Row = {
  planning: ["ask_back", "edit", "rephrase"],
  running: ["edit", "rephrase"],
  after: ["edit", "rephrase"],
};
const STATEMENT = always("edit", "rephrase");
const LIMIT = always("raise", "edit", "rephrase");

const TABLE: Record<FaultCode, Row> = {
  VALIDATION_ERROR: WORDS,
  SQL_POLICY_VIOLATION: STATEMENT,
  PYTHON_POLICY_VIOLATION: STATEMENT,
  PYTHON_EXECUTION_ERROR: STATEMENT,
  RUNNER_TIMEOUT: { ...LIMIT, after: ["retry"] },
  RUNNER_RESOURCE_EXCEEDED: LIMIT,
  RUNNER_INTERNAL_ERROR: always("retry"),
  QUERY_ERROR: STATEMENT,
  NOT_FOUND: { ...always("rephrase"), planning: ["ask_back", "rephrase"] },
  UNAUTHENTICATED: always("sign_in"),
  FORBIDDEN: always("sign_in"),
  RATE_LIMITED: always("retry"),
  BUDGET_EXCEEDED: always("rephrase"),
  FEATURE_DISABLED: always("rephrase"),
  CONNECTION_ERROR: always("check_connection"),
  MODEL_ERROR: { planning: ["rephrase"], running: ["retry"], after: ["retry"] },
  UNAVAILABLE: always("retry"),
  CANCELLED: always("retry"),
  CONFLICT: always("retry"),
  PAYLOAD_TOO_LARGE: STATEMENT,
};

const COLUMN: Record<StageName, keyof Row> = {
  planning: "planning",
  checking: "running",
  executing: "running",
  answering: "after",
  supervising: "after",
};

const isKnown = (code: string): code is FaultCode => (FAULT_CODES as readonly string[]).includes(code);

/** Whether a step can be taken at all: a plan has no words, a question without a statement no text to edit. */
function possible(step: NextStep, kind: RequestKind, means: Means): boolean {
  switch (step) {
    case "edit":
      return means.statement;
    case "raise":
      return means.raisable;
    case "ask_back":
      return means.suggests && kind === "question";
    default:
      return true;
  }
}

/**
 * The one primary next step after a fault. It is always exactly one: what no row knows, such as a code of a newer
 * server, is tried again. A request that is no question is rephrased by writing a question instead.
 */
export function nextStep(fault: Fault, stage: StageName, kind: RequestKind, means: Means): NextStep {
  if (fault.code === UNREACHABLE) return "check_connection";
  if (!isKnown(fault.code)) return "retry";
  return TABLE[fault.code][COLUMN[stage]].find((step) => possible(step, kind, means)) ?? "retry";
}

/** What a fault says might have been meant, at most four. */
export function suggestionsOf(fault: Fault): string[] {
  const { did_you_mean: meant, candidates } = (fault.details ?? {}) as Record<string, unknown>;
  const found = [meant, candidates].flat().filter((one): one is string => typeof one === "string");
  return [...new Set(found)].slice(0, 4);
}
