import { api, urls } from "./api";
import { inFrame } from "./frame";
import { ApiError, faultOf } from "./http";
import type { Begun, Fault } from "./protocol";
import { storedEvents, type StoredEvent } from "./replay";
import { emptyRun, isFinished, reduce, type RunAction, type RunState } from "./run";
import { openStream, type Net, type Probe, type Stream } from "./stream";

/** A run as the page knows it: its state, and how the page comes to know it. */
export interface LiveRun {
  run: RunState;
  /** What the run was folded from, in order. */
  events: StoredEvent[];
  net: Net;
  /** True until the first event has arrived. */
  loading: boolean;
  /** Why the run cannot be shown: it does not exist, or belongs to somebody else. */
  fault?: Fault;
  /** What the person picked or typed, known before the server says anything. */
  title?: string;
  /** The thread, known from the moment the server accepted the run. */
  threadId?: string;
  /** When this browser sent it, by this browser's clock. */
  startedAt?: number;
}

/** The thread of a run, from the moment the page knows it. */
export const threadOf = (live: LiveRun): string | undefined => live.threadId ?? live.run.asked?.thread_id;

interface Entry {
  view: LiveRun;
  stream?: Stream;
  listeners: Set<() => void>;
  /** A request for the stored run is under way, or was answered. */
  asked: boolean;
  /** Its listeners hear of what happened in the next frame. */
  telling?: boolean;
  /** Its first events are known, or it was just asked: a stream may go on from there. */
  ready: boolean;
  /** It was asked in this tab, a moment ago. */
  fresh?: boolean;
  /** How many look at it. */
  watchers: number;
  /** Grows with every wish to follow a run; 0 when nobody wishes it. */
  wanted: number;
}

const nothing: LiveRun = { run: emptyRun, events: [], net: "closed", loading: true };

/**
 * The runs this page has seen. A run stays here when its card leaves the screen, so coming back is immediate. The
 * page holds one stream at most: that of the run somebody began to look at last. The others go on from where they
 * were when it has ended, and a run nobody looks at any more gives its stream up.
 */
export class RunStore {
  private entries = new Map<string, Entry>();
  private wishes = 0;
  private following?: string;
  private finishedListeners = new Set<() => void>();

  get = (id: string | undefined): LiveRun => this.entries.get(id ?? "")?.view ?? nothing;

  subscribe = (id: string, listener: () => void): (() => void) => {
    const entry = this.entry(id);
    entry.listeners.add(listener);
    return () => entry.listeners.delete(listener);
  };

  /** Says that somebody looks at a run; call the result when they do not any more. */
  watch = (id: string): (() => void) => {
    const entry = this.entry(id);
    entry.watchers += 1;
    this.want(entry);
    return () => {
      entry.watchers -= 1;
      if (entry.watchers > 0) return;
      entry.wanted = 0;
      this.choose();
    };
  };

  /** Calls the listener whenever any run ends. */
  onFinished = (listener: () => void): (() => void) => {
    this.finishedListeners.add(listener);
    return () => this.finishedListeners.delete(listener);
  };

  /** Follows a run that was just asked, from the first event on or from behind it if the answer told it. */
  follow(id: string, known: Pick<LiveRun, "title" | "threadId" | "startedAt">, first?: Begun["asked"]): void {
    const entry = this.entry(id);
    this.update(entry, known);
    if (first) this.fold(entry, [first]);
    entry.ready = entry.fresh = true;
    this.want(entry);
  }

  /** Resolves when the first event of a run has arrived, and after so long in any case. */
  heard(id: string, ms: number): Promise<void> {
    if (!this.get(id).loading) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(end, ms);
      const stop = this.subscribe(id, () => this.get(id).loading || end());
    });
  }

  /** Loads a run by its id, and follows it if it is not finished. Loading it again does nothing. */
  async load(id: string): Promise<void> {
    const entry = this.entry(id);
    if (entry.ready || entry.asked) return;
    entry.asked = true;
    this.update(entry, { loading: true, fault: undefined });
    try {
      this.fold(entry, (await api.run(id)).chain.events);
    } catch (error) {
      this.update(entry, { loading: false, fault: faultOf(error) });
      return;
    }
    entry.ready = true;
    this.want(entry);
  }

  retry(id: string): void {
    const entry = this.entry(id);
    entry.asked = false;
    if (entry.stream) return entry.stream.retry();
    entry.ready = false;
    void this.load(id);
  }

  private entry(id: string): Entry {
    let entry = this.entries.get(id);
    if (!entry) {
      entry = { view: nothing, listeners: new Set(), asked: false, ready: false, watchers: 0, wanted: 0 };
      this.entries.set(id, entry);
    }
    return entry;
  }

  private want(entry: Entry): void {
    this.wishes += 1;
    entry.wanted = this.wishes;
    this.choose();
  }

  /** Gives the one stream to the run that was wanted last and has not ended. */
  private choose(): void {
    let next: string | undefined;
    let newest = 0;
    for (const [id, { ready, wanted, view }] of this.entries) {
      if (!ready || wanted <= newest || isFinished(view.run) || view.fault) continue;
      next = id;
      newest = wanted;
    }
    if (next === this.following) return;
    const before = this.entries.get(this.following ?? "");
    this.following = next;
    before?.stream?.close();
    if (next !== undefined) this.stream(next, this.entry(next));
  }

  private stream(id: string, entry: Entry): void {
    const stream = openStream({
      url: urls.events(id),
      after: () => entry.view.run.lastSeq,
      onEvent: (seq, event) => this.hear(entry, { type: "event", seq, event }),
      onProgress: (progress) => this.hear(entry, { type: "progress", progress }),
      onDelta: (text) => this.hear(entry, { type: "delta", text }),
      onResumed: () => this.hear(entry, { type: "resumed" }),
      onNet: (net) => {
        if (net === "closed") entry.stream = undefined;
        this.update(entry, { net });
        if (net !== "closed" || this.following !== id) return;
        this.following = undefined;
        // Not before whoever ended it is done.
        queueMicrotask(() => this.choose());
      },
      probe: () => this.probe(id, entry),
      atOnce: entry.fresh,
    });
    entry.fresh = false;
    if (!isFinished(entry.view.run)) entry.stream = stream;
  }

  /** The stream was refused. The run itself says whether there is more to come. */
  private async probe(id: string, entry: Entry): Promise<Probe> {
    try {
      this.fold(entry, (await api.run(id)).chain.events);
    } catch (error) {
      const lost = error instanceof ApiError && (error.status === 404 || error.status === 401);
      if (!lost) return "unreachable";
      this.update(entry, { loading: false, fault: faultOf(error) });
      return "gone";
    }
    return isFinished(entry.view.run) ? "finished" : "unfinished";
  }

  private fold(entry: Entry, events: Parameters<typeof storedEvents>[0]): void {
    for (const stored of storedEvents(events)) this.apply(entry, { type: "event", ...stored });
    this.tell(entry);
  }

  /** A stream tells several things at once. The page renders them together, but does not wait with the first. */
  private hear(entry: Entry, action: RunAction): void {
    const { run } = entry.view;
    this.apply(entry, action);
    if (run.lastSeq === 0) this.tell(entry);
    else if (run !== entry.view.run) this.tellSoon(entry);
  }

  private apply(entry: Entry, action: RunAction): void {
    const before = entry.view.run;
    const run = reduce(before, action);
    if (run === before) return;
    const { events } = entry.view;
    entry.view = {
      ...entry.view,
      run,
      events: action.type === "event" ? [...events, { seq: action.seq, event: action.event }] : events,
      loading: run.lastSeq === 0,
    };
    if (isFinished(run) && !isFinished(before)) for (const listener of this.finishedListeners) listener();
  }

  private update(entry: Entry, change: Partial<LiveRun>): void {
    entry.view = { ...entry.view, ...change };
    this.tell(entry);
  }

  private tell(entry: Entry): void {
    entry.telling = false;
    for (const listener of entry.listeners) listener();
  }

  private tellSoon(entry: Entry): void {
    if (entry.telling) return;
    entry.telling = true;
    inFrame(() => entry.telling && this.tell(entry));
  }
}
