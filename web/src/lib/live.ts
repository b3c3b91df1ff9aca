import { api, urls } from "./api";
import { ApiError, faultOf } from "./http";
import { decodeEvent, type Capsule, type Fault } from "./protocol";
import { emptyRun, isFinished, reduce, type RunAction, type RunState } from "./run";
import { openStream, type Net, type Probe, type Stream } from "./stream";

/** A run as the page knows it: its state, and how the page comes to know it. */
export interface LiveRun {
  run: RunState;
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

interface Entry {
  view: LiveRun;
  stream?: Stream;
  listeners: Set<() => void>;
  /** A request for the stored run is under way, or was answered. */
  asked: boolean;
}

const nothing: LiveRun = { run: emptyRun, net: "closed", loading: true };

/**
 * The runs this page has seen. A run stays here when its card leaves the screen, so coming back is immediate
 * and a running one keeps its stream.
 */
export class RunStore {
  private entries = new Map<string, Entry>();
  private finishedListeners = new Set<() => void>();

  get = (id: string | undefined): LiveRun => this.entries.get(id ?? "")?.view ?? nothing;

  subscribe = (id: string, listener: () => void): (() => void) => {
    const entry = this.entry(id);
    entry.listeners.add(listener);
    return () => entry.listeners.delete(listener);
  };

  /** Calls the listener whenever any run ends. */
  onFinished = (listener: () => void): (() => void) => {
    this.finishedListeners.add(listener);
    return () => this.finishedListeners.delete(listener);
  };

  /** Follows a run that was just asked: its stream tells everything from the first event on. */
  follow(id: string, known: Pick<LiveRun, "title" | "threadId" | "startedAt">): void {
    const entry = this.entry(id);
    this.update(entry, known);
    if (!entry.stream && !isFinished(entry.view.run)) this.stream(id, entry);
  }

  /** Loads a run by its id, and follows it if it is not finished. Loading it again does nothing. */
  async load(id: string): Promise<void> {
    const entry = this.entry(id);
    if (entry.stream || entry.asked || entry.view.run.lastSeq > 0) return;
    entry.asked = true;
    this.update(entry, { loading: true, fault: undefined });
    try {
      this.fold(entry, await api.run(id));
    } catch (error) {
      this.update(entry, { loading: false, fault: faultOf(error) });
      return;
    }
    if (!isFinished(entry.view.run) && !entry.stream) this.stream(id, entry);
  }

  retry(id: string): void {
    const entry = this.entry(id);
    entry.asked = false;
    if (entry.stream) entry.stream.retry();
    else void this.load(id);
  }

  private entry(id: string): Entry {
    let entry = this.entries.get(id);
    if (!entry) {
      entry = { view: nothing, listeners: new Set(), asked: false };
      this.entries.set(id, entry);
    }
    return entry;
  }

  private stream(id: string, entry: Entry): void {
    const stream = openStream({
      url: urls.events(id),
      after: () => entry.view.run.lastSeq,
      onEvent: (seq, event) => this.apply(entry, { type: "event", seq, event }),
      onProgress: (progress) => this.apply(entry, { type: "progress", progress }),
      onDelta: (text) => this.apply(entry, { type: "delta", text }),
      onResumed: () => this.apply(entry, { type: "resumed" }),
      onNet: (net) => {
        if (net === "closed") entry.stream = undefined;
        this.update(entry, { net });
      },
      probe: () => this.probe(id, entry),
    });
    if (!isFinished(entry.view.run)) entry.stream = stream;
  }

  /** The stream was refused. The run itself says whether there is more to come. */
  private async probe(id: string, entry: Entry): Promise<Probe> {
    try {
      this.fold(entry, await api.run(id));
    } catch (error) {
      const lost = error instanceof ApiError && (error.status === 404 || error.status === 401);
      if (!lost) return "unreachable";
      this.update(entry, { loading: false, fault: faultOf(error) });
      return "gone";
    }
    return isFinished(entry.view.run) ? "finished" : "unfinished";
  }

  private fold(entry: Entry, capsule: Capsule): void {
    for (const { seq, data } of capsule.chain.events) {
      const event = decodeEvent(data);
      if (event) this.apply(entry, { type: "event", seq, event });
    }
  }

  private apply(entry: Entry, action: RunAction): void {
    const before = entry.view.run;
    const run = reduce(before, action);
    if (run === before) return;
    this.update(entry, { run, loading: run.lastSeq === 0 });
    if (isFinished(run) && !isFinished(before)) for (const listener of this.finishedListeners) listener();
  }

  private update(entry: Entry, change: Partial<LiveRun>): void {
    entry.view = { ...entry.view, ...change };
    for (const listener of entry.listeners) listener();
  }
}
