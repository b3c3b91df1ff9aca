import { decodeEvent, type RunEvent } from "./protocol";
import { emptyRun, reduce, type RunState } from "./run";

/** An event as the log keeps it. */
export interface StoredEvent {
  seq: number;
  event: RunEvent;
}

/** One moment of a run: an event, what was known once it had happened, and how long after the first that was. */
export interface Moment extends StoredEvent {
  run: RunState;
  /** Milliseconds since the run's first event, by the server's clocks; never negative. */
  ms: number;
}

/** Events in the order of the log, without those this page cannot read. */
export function storedEvents(events: readonly { seq: number; data: unknown }[]): StoredEvent[] {
  return events.flatMap(({ seq, data }) => {
    const event = decodeEvent(data);
    return event ? [{ seq, event }] : [];
  });
}

/**
 * The run at each of its events, by the reducer that a live stream passes through. The last moment is the run as
 * it is; an event the reducer drops (a repeat, or one after the end) makes no moment.
 */
export function moments(events: StoredEvent[]): Moment[] {
  const list: Moment[] = [];
  let run = emptyRun;
  for (const { seq, event } of events) {
    const next = reduce(run, { type: "event", seq, event });
    if (next === run) continue;
    run = next;
    const since = Date.parse(event.time) - Date.parse(list[0]?.event.time ?? event.time);
    list.push({ seq, event, run, ms: Math.max(0, since) || 0 });
  }
  return list;
}

/** Moves a place among n moments and stays among them; without moments it is 0. */
export const stepTo = (at: number, n: number): number =>
  Math.min(Math.max(Math.round(at) || 0, 0), Math.max(n - 1, 0));
