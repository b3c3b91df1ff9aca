import type { components } from "../api";

/**
 * The names the page uses for the types of the API, which are made from the OpenAPI document. The run events are
 * the same on the live stream and inside a stored run, so the page folds both with one reducer (run.ts).
 */
type Schemas = components["schemas"];

export type Fault = Omit<Schemas["Fault"], "code"> & { code: string };
export type RunStatus = Schemas["RunStatus"];
export type StageName = Schemas["Stage"];
export type Origin = Schemas["Origin"];
export type RunRequest = Schemas["RunRequest"];
export type Limits = Schemas["Limits"];
export type PolicyLimits = Schemas["PolicyLimits"];
export type PrepareProgress = Schemas["PrepareProgress"];
export type Schema = Schemas["Schema"];
export type Asked = Schemas["Asked"];
export type Planned = Schemas["Planned"];
export type Chip = Schemas["Chip"];
export type Rejected = Schemas["Rejected"];
export type Started = Schemas["Started"];
export type Executed = Schemas["Executed"];
export type Failed = Schemas["Failed"];
export type Answered = Schemas["Answered"];
export type NeedsInput = Schemas["NeedsInput"];
export type Reading = Schemas["Reading"];
export type Cancelled = Schemas["Cancelled"];
export type Column = Schemas["ResultColumn"] & {
  /** What a person reads above the column, where that is not its name. */
  label?: string;
  /** What its numbers are called, from 1 on, where they have names: Monday. */
  names?: string[];
};
export type Ref = Schemas["Ref"];
export type ChartSpec = Schemas["Chart"];
export type Dataset = Schemas["DatasetSummary"];
export type Upload = Schemas["Upload"];
export type UploadRequest = Schemas["UploadRequest"];
export type FileReport = Schemas["FileReport"];
export type ReadOptions = Schemas["ReadOptions"];
export type RunSummary = Schemas["RunSummary"];
export type Thread = Schemas["Thread"];
export type Session = Schemas["Session"];
export type TestCase = Schemas["TestCaseSummary"];
export type VerifiedAnswer = Schemas["VerifiedAnswer"];
export type VerifyRequest = Schemas["VerifyRequest"];
export type Role = Schemas["Role"];
export type Capsule = Schemas["Capsule"];
export type Begun = Schemas["Begun"];

/** Said while a run works, never stored: it has no sequence number. */
export type Progress = Schemas["Progress"];
export type Delta = Schemas["Delta"];

/** A value of a result. Numbers too long for a double arrive as strings (see json.ts). */
export type Cell = Schemas["Result"]["rows"][number][number];

export interface Bodies {
  asked: Asked;
  planned: Planned;
  rejected: Rejected;
  started: Started;
  executed: Executed;
  failed: Failed;
  answered: Answered;
  needs_input: NeedsInput;
  cancelled: Cancelled;
}

export type Kind = keyof Bodies;

/** A stored event with its kind, which ties the body to its type. */
export type RunEvent = { [K in Kind]: Omit<Schemas["Event"], "body"> & { kind: K; body: Bodies[K] } }[Kind];

const TERMINAL: Record<Kind, boolean> = {
  asked: false,
  planned: false,
  rejected: true,
  started: false,
  executed: false,
  failed: true,
  answered: true,
  needs_input: true,
  cancelled: true,
};

export const kinds = Object.keys(TERMINAL) as Kind[];

/** Whether a run ends with this event. */
export const isTerminal = (kind: Kind): boolean => TERMINAL[kind];

/**
 * Reads a stored event. A kind this page does not know is undefined: a newer server may write it, and older
 * pages go on without it.
 */
export function decodeEvent(stored: unknown): RunEvent | undefined {
  if (typeof stored !== "object" || stored === null) return undefined;
  const { schema, body } = stored as { schema?: unknown; body?: unknown };
  if (typeof schema !== "string" || typeof body !== "object" || body === null) return undefined;
  const kind = schema.split("/", 1)[0] ?? "";
  if (!Object.hasOwn(TERMINAL, kind)) return undefined;
  return { ...(stored as object), kind } as RunEvent;
}
