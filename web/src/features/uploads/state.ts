import type { Fault } from "../../lib/protocol";

export type FileStatus = "waiting" | "sending" | "stored";

export interface FileState {
  id: string;
  name: string;
  bytes: number;
  /** How much is stored on the server, and how much more is under way. */
  stored: number;
  flying: number;
  status: FileStatus;
}

export type Phase = "idle" | "sending" | "cut" | "finishing" | "made" | "failed";

/** An upload as the page shows it. */
export interface UploadState {
  phase: Phase;
  uploadId?: string;
  title: string;
  files: FileState[];
  /** Bytes a second, smoothed; 0 until it is known. */
  rate: number;
  /** When the rate was last measured, and how much was sent by then. */
  mark?: { at: number; sent: number };
  /** When the next try is made after a cut. */
  retryAt?: number;
  fault?: Fault;
  datasetId?: string;
  version?: string;
}

export interface Announced {
  id: string;
  title?: string;
  files: { id: string; name: string; bytes: number; received: number }[];
}

export type UploadEvent =
  | { type: "begun"; upload: Announced; now: number }
  | { type: "flying"; id: string; bytes: number; now: number }
  | { type: "stored"; id: string; offset: number; now: number }
  | { type: "cut"; retryAt: number }
  | { type: "back" }
  | { type: "dropped"; id: string }
  | { type: "finishing" }
  | { type: "made"; datasetId: string; version: string }
  | { type: "failed"; fault: Fault }
  | { type: "reset" };

export const IDLE: UploadState = { phase: "idle", title: "", files: [], rate: 0 };

const statusOf = (stored: number, bytes: number): FileStatus =>
  stored >= bytes ? "stored" : stored > 0 ? "sending" : "waiting";

/** How much of everything is at the server or on its way. */
export const sentOf = (state: UploadState): number =>
  state.files.reduce((sum, file) => sum + Math.min(file.bytes, file.stored + file.flying), 0);

export const totalOf = (state: UploadState): number => state.files.reduce((sum, file) => sum + file.bytes, 0);

/** Whole per cent, and never 100 before everything is stored. */
export function percentOf(state: UploadState): number {
  const total = totalOf(state);
  if (total === 0) return 0;
  const done = state.files.every((file) => file.status === "stored");
  return done ? 100 : Math.min(99, Math.floor((100 * sentOf(state)) / total));
}

/** Seconds until everything is sent; undefined while the speed is not known. */
export const secondsLeft = (state: UploadState): number | undefined =>
  state.phase === "sending" && state.rate > 0 ? (totalOf(state) - sentOf(state)) / state.rate : undefined;

/** Bytes move, or wait to: the page should not be left unasked. */
export const isBusy = (state: UploadState): boolean =>
  state.phase === "sending" || state.phase === "cut" || state.phase === "finishing";

const MEASURE_MS = 500;

/** Speed is measured twice a second and smoothed, so that the time left does not jump. */
function measured(state: UploadState, now: number): UploadState {
  const sent = sentOf(state);
  if (!state.mark) return { ...state, mark: { at: now, sent } };
  const ms = now - state.mark.at;
  if (ms < MEASURE_MS) return state;
  const fresh = Math.max(0, ((sent - state.mark.sent) * 1000) / ms);
  const rate = state.rate === 0 ? fresh : state.rate * 0.7 + fresh * 0.3;
  return { ...state, rate, mark: { at: now, sent } };
}

const change = (
  state: UploadState,
  id: string,
  patch: (file: FileState) => Partial<FileState>,
): UploadState => ({
  ...state,
  files: state.files.map((file) => (file.id === id ? { ...file, ...patch(file) } : file)),
});

/** What an upload is after something happened. It knows no clock and no network. */
export function uploadReducer(state: UploadState, event: UploadEvent): UploadState {
  switch (event.type) {
    case "begun":
      return measured(
        {
          ...IDLE,
          phase: "sending",
          uploadId: event.upload.id,
          title: event.upload.title ?? "",
          files: event.upload.files.map((file) => ({
            id: file.id,
            name: file.name,
            bytes: file.bytes,
            stored: file.received,
            flying: 0,
            status: statusOf(file.received, file.bytes),
          })),
        },
        event.now,
      );
    case "flying":
      return measured(
        change(state, event.id, () => ({ flying: event.bytes, status: "sending" })),
        event.now,
      );
    case "stored":
      return measured(
        change(state, event.id, (file) => ({
          stored: event.offset,
          flying: 0,
          status: statusOf(event.offset, file.bytes),
        })),
        event.now,
      );
    case "cut":
      return {
        ...state,
        phase: "cut",
        retryAt: event.retryAt,
        rate: 0,
        mark: undefined,
        files: state.files.map((file) => ({ ...file, flying: 0 })),
      };
    case "back":
      return state.phase === "cut" ? { ...state, phase: "sending", retryAt: undefined } : state;
    case "dropped":
      return { ...state, mark: undefined, files: state.files.filter((file) => file.id !== event.id) };
    case "finishing":
      return { ...state, phase: "finishing", retryAt: undefined };
    case "made":
      return { ...state, phase: "made", datasetId: event.datasetId, version: event.version };
    case "failed":
      return { ...state, phase: "failed", fault: event.fault, retryAt: undefined };
    case "reset":
      return IDLE;
  }
}
