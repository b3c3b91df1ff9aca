import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RunStore } from "./live";
import { answered, asked, executed, planned, started } from "./testing";

const whole = [asked, planned, started, executed, answered];
const opened: string[] = [];

class QuietSource extends EventTarget {
  static CLOSED = 2;
  readyState = 0;
  constructor(url: string) {
    super();
    opened.push(url);
  }
  close() {}
}

const capsule = (events: unknown[]) =>
  new Response(
    JSON.stringify({
      run_id: "r1",
      chain: {
        algorithm: "sha256",
        head: "h",
        events: events.map((data, at) => ({ seq: at + 1, hash: "", data })),
      },
    }),
  );

beforeEach(() => {
  opened.length = 0;
  vi.stubGlobal("EventSource", QuietSource);
});
afterEach(() => vi.unstubAllGlobals());

describe("RunStore", () => {
  it("shows a finished run from its stored events, without a stream", async () => {
    vi.stubGlobal("fetch", async () => capsule(whole));
    const store = new RunStore();
    await store.load("r1");
    expect(store.get("r1").run.status).toBe("succeeded");
    expect(opened).toEqual([]);
  });

  it("follows a run that is not finished from where its stored events end", async () => {
    vi.stubGlobal("fetch", async () => capsule(whole.slice(0, 3)));
    const store = new RunStore();
    await store.load("r1");
    expect(store.get("r1").run.status).toBe("running");
    expect(opened).toEqual(["/api/v1/runs/r1/events?after=3"]);
  });

  it("follows a run that was just asked without asking for it first", async () => {
    const fetched = vi.fn();
    vi.stubGlobal("fetch", fetched);
    const store = new RunStore();
    store.follow("r1", { title: "How many?", threadId: "t1" });
    await store.load("r1");
    expect(fetched).not.toHaveBeenCalled();
    expect(opened).toEqual(["/api/v1/runs/r1/events"]);
    expect(store.get("r1")).toMatchObject({ title: "How many?", threadId: "t1", loading: true });
  });

  it("shows the first event of a run that the answer told, and follows the run from behind it", async () => {
    const store = new RunStore();
    store.follow("r1", { title: "How many?", threadId: "t1" }, { seq: 4, data: asked });
    expect(store.get("r1")).toMatchObject({ loading: false, run: { lastSeq: 4, askedAt: asked.time } });
    expect(opened).toEqual(["/api/v1/runs/r1/events?after=4"]);
    const heard = vi.fn();
    void store.heard("r1", 60_000).then(heard);
    await Promise.resolve();
    expect(heard).toHaveBeenCalled();
  });

  it("keeps the fault of a run that does not exist", async () => {
    const body = JSON.stringify({
      error: { code: "NOT_FOUND", message: "There is no such run.", request_id: "q" },
    });
    vi.stubGlobal("fetch", async () => new Response(body, { status: 404 }));
    const store = new RunStore();
    await store.load("r1");
    expect(store.get("r1").fault?.code).toBe("NOT_FOUND");
    expect(store.get("r1").loading).toBe(false);
  });

  it("asks for a run once, however many look at it, and again when told to", async () => {
    const fetched = vi.fn(async () => new Response("{}", { status: 503 }));
    vi.stubGlobal("fetch", fetched);
    const store = new RunStore();
    await Promise.all([store.load("r1"), store.load("r1")]);
    await store.load("r1");
    expect(fetched).toHaveBeenCalledTimes(1);
    store.retry("r1");
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it("holds one stream: that of the run looked at last, then the others", async () => {
    const sources: { url: string; closed: boolean }[] = [];
    class Counted extends QuietSource {
      readonly kept: { url: string; closed: boolean };
      constructor(url: string) {
        super(url);
        this.kept = { url, closed: false };
        sources.push(this.kept);
      }
      close() {
        this.kept.closed = true;
      }
    }
    vi.stubGlobal("EventSource", Counted);
    const live = () => sources.filter((one) => !one.closed).map((one) => one.url);
    const store = new RunStore();
    store.follow("r1", { title: "One" });
    store.follow("r2", { title: "Two" });
    expect(live()).toEqual(["/api/v1/runs/r2/events"]);
    const leave = store.watch("r1");
    expect(live()).toEqual(["/api/v1/runs/r1/events"]);
    leave();
    expect(live()).toEqual(["/api/v1/runs/r2/events"]);
    store.watch("r2")();
    expect(live()).toEqual([]);
    store.watch("r1");
    expect(live()).toEqual(["/api/v1/runs/r1/events"]);
  });

  it("says when the first event of a run has arrived, and does not wait for ever", async () => {
    vi.useFakeTimers();
    let source: QuietSource | undefined;
    class Told extends QuietSource {
      constructor(url: string) {
        super(url);
        source = this as QuietSource;
      }
    }
    vi.stubGlobal("EventSource", Told);
    const store = new RunStore();
    store.follow("r1", { title: "One" });
    const heard = vi.fn();
    void store.heard("r1", 500).then(heard);
    await vi.advanceTimersByTimeAsync(400);
    expect(heard).not.toHaveBeenCalled();
    source?.dispatchEvent(new MessageEvent("asked", { data: JSON.stringify(asked), lastEventId: "1" }));
    await vi.advanceTimersByTimeAsync(0);
    expect(heard).toHaveBeenCalledTimes(1);
    store.follow("r2", { title: "Two" });
    void store.heard("r2", 500).then(heard);
    await vi.advanceTimersByTimeAsync(500);
    expect(heard).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });

  it("tells the first event at once, and what comes with it or behind it once a frame", () => {
    const frames: FrameRequestCallback[] = [];
    vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
    let source: QuietSource | undefined;
    class Told extends QuietSource {
      constructor(url: string) {
        super(url);
        source = this as QuietSource;
      }
    }
    vi.stubGlobal("EventSource", Told);
    const store = new RunStore();
    store.follow("r1", { title: "One" });
    const changed = vi.fn();
    store.subscribe("r1", changed);
    const tell = (event: { kind: string }, seq: number) =>
      source?.dispatchEvent(
        new MessageEvent(event.kind, { data: JSON.stringify(event), lastEventId: String(seq) }),
      );
    tell(asked, 1);
    expect(changed).toHaveBeenCalledTimes(1);
    tell(planned, 2);
    tell(started, 3);
    tell(executed, 4);
    expect(changed).toHaveBeenCalledTimes(1);
    expect(store.get("r1").run.lastSeq).toBe(4);
    for (const frame of frames.splice(0)) frame(0);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it("tells a stored run as a whole, not its first event before the others", async () => {
    vi.stubGlobal("fetch", async () => capsule(whole));
    const store = new RunStore();
    const seen: number[] = [];
    store.subscribe("r1", () => seen.push(store.get("r1").run.lastSeq));
    await store.load("r1");
    expect(seen.filter((seq) => seq > 0)).toEqual([5]);
  });

  it("tells who listens, and says once that a run has ended", async () => {
    vi.stubGlobal("fetch", async () => capsule(whole));
    const store = new RunStore();
    const changed = vi.fn();
    const finished = vi.fn();
    store.subscribe("r1", changed);
    store.onFinished(finished);
    await store.load("r1");
    await store.load("r1");
    expect(changed).toHaveBeenCalled();
    expect(finished).toHaveBeenCalledTimes(1);
  });
});
