import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openStream, type Net, type Probe, type Stream, type StreamOptions } from "./stream";
import { answered, asked, planned } from "./testing";

/** An EventSource that does what the test says. */
class FakeSource extends EventTarget {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSED = 2;
  static all: FakeSource[] = [];
  static get last(): FakeSource {
    return FakeSource.all.at(-1) as FakeSource;
  }
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly url: string) {
    super();
    FakeSource.all.push(this);
  }
  close() {
    this.readyState = 2;
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  /** The connection broke; the browser tries again by itself. */
  breakOff() {
    this.readyState = 0;
    this.onerror?.();
  }
  /** The server refused: 204, 404, 503. */
  refuse() {
    this.readyState = 2;
    this.onerror?.();
  }
  say(name: string, data: unknown, id = "") {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId: id }));
  }
}

let last = 0;
let nets: Net[];
let heard: string[];
let found: Probe;

let streams: Stream[] = [];

function open(more: Partial<StreamOptions> = {}): Stream {
  const stream = openStream({
    url: "/events",
    after: () => last,
    onEvent: (seq, event) => {
      last = Math.max(last, seq);
      heard.push(`${seq} ${event.kind}`);
    },
    onProgress: (progress) => heard.push(progress.message),
    onDelta: (text) => heard.push(text),
    onResumed: () => heard.push("resumed"),
    onNet: (net) => nets.push(net),
    probe: () => Promise.resolve(found),
    ...more,
  });
  streams.push(stream);
  return stream;
}

function visibility(state: "visible" | "hidden") {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
  FakeSource.all = [];
  last = 0;
  nets = [];
  heard = [];
  found = "unfinished";
});

afterEach(() => {
  for (const stream of streams) stream.close();
  streams = [];
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("openStream", () => {
  it("hands on events with their ids, and closes after the one that ends the run", () => {
    open();
    FakeSource.last.open();
    FakeSource.last.say("asked", asked, "7");
    FakeSource.last.say("progress", { stage: "planning", message: "Reading" });
    FakeSource.last.say("delta", { text: "It" });
    FakeSource.last.say("answered", answered, "9");
    expect(heard).toEqual(["7 asked", "Reading", "It", "9 answered"]);
    expect(nets).toEqual(["connecting", "open", "closed"]);
    expect(FakeSource.last.readyState).toBe(2);
  });

  it("skips events of kinds it does not know", () => {
    open();
    FakeSource.last.say("planned", { schema: "imagined/1", body: {} }, "3");
    expect(heard).toEqual([]);
  });

  it("says that it reconnects, then that the server does not answer, and starts over when it does", () => {
    open();
    FakeSource.last.open();
    for (let at = 0; at < 3; at++) FakeSource.last.breakOff();
    FakeSource.last.open();
    FakeSource.last.breakOff();
    expect(nets).toEqual([
      "connecting",
      "open",
      "reconnecting",
      "reconnecting",
      "down",
      "open",
      "reconnecting",
    ]);
    expect(heard).toEqual(["resumed"]);
    expect(FakeSource.all).toHaveLength(1);
  });

  it("stops when the refused stream belongs to a run that is over", async () => {
    found = "finished";
    open();
    FakeSource.last.refuse();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(nets).toEqual(["connecting", "closed"]);
    expect(FakeSource.all).toHaveLength(1);
  });

  it("comes back after the last event, ever more patiently, when the server refuses for now", async () => {
    found = "unreachable";
    open();
    FakeSource.last.say("planned", planned, "41");
    FakeSource.last.refuse();
    await vi.advanceTimersByTimeAsync(1_600);
    expect(FakeSource.all.map((source) => source.url)).toEqual(["/events", "/events?after=41"]);
    FakeSource.last.refuse();
    await vi.advanceTimersByTimeAsync(1_600);
    expect(FakeSource.all).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(FakeSource.all).toHaveLength(3);
  });

  it("tries at once when asked to", async () => {
    found = "unreachable";
    const stream = open();
    FakeSource.last.refuse();
    await vi.advanceTimersByTimeAsync(1);
    stream.retry();
    expect(FakeSource.all).toHaveLength(2);
  });

  it("gives its connection back while the tab is hidden, and resumes after the last event", () => {
    open();
    FakeSource.last.open();
    FakeSource.last.say("planned", planned, "41");
    visibility("hidden");
    vi.advanceTimersByTime(1_500);
    expect(FakeSource.last.readyState).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(FakeSource.last.readyState).toBe(2);
    expect(nets.at(-1)).toBe("paused");
    vi.advanceTimersByTime(300_000);
    expect(FakeSource.all).toHaveLength(1);
    visibility("visible");
    expect(FakeSource.last.url).toBe("/events?after=41");
  });

  it("keeps its connection when the tab is hidden for a moment", () => {
    open();
    visibility("hidden");
    vi.advanceTimersByTime(1_500);
    visibility("visible");
    vi.advanceTimersByTime(20_000);
    expect(FakeSource.all).toHaveLength(1);
  });

  it("opens a new connection when the old one has been silent for too long", () => {
    open();
    FakeSource.last.open();
    FakeSource.last.say("planned", planned, "41");
    vi.advanceTimersByTime(41_000);
    expect(FakeSource.last.url).toBe("/events?after=41");
  });

  describe("beside other tabs", () => {
    let answers: ((granted: boolean) => void)[];
    let held: number;

    /** Locks that answer when the test says so. */
    beforeEach(() => {
      answers = [];
      held = 0;
      const request = (_: string, __: object, run: (lock: object | null) => unknown) =>
        new Promise<void>((resolve) => {
          answers.push((granted) => {
            if (granted) held += 1;
            void Promise.resolve(run(granted ? {} : null)).then(() => {
              if (granted) held -= 1;
              resolve();
            });
          });
        });
      vi.stubGlobal("navigator", { locks: { request } });
    });
    const none = async () => {
      for (let at = 0; at < 4; at++) {
        answers[at]?.(false);
        await vi.advanceTimersByTimeAsync(0);
      }
    };

    it("waits for a place, unless somebody waits for its first event", async () => {
      open();
      expect(FakeSource.all).toHaveLength(0);
      answers[0]?.(true);
      await vi.advanceTimersByTimeAsync(0);
      expect(FakeSource.all).toHaveLength(1);
      open({ atOnce: true });
      expect(FakeSource.all).toHaveLength(2);
      answers[1]?.(true);
      await vi.advanceTimersByTimeAsync(0);
      expect(FakeSource.all).toHaveLength(2);
      expect(held).toBe(2);
    });

    it("gives up a stream that was opened at once when there is no place for it, and does not do so again", async () => {
      open({ atOnce: true });
      FakeSource.last.say("asked", asked, "7");
      await none();
      expect(FakeSource.last.readyState).toBe(2);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(FakeSource.all).toHaveLength(1);
      answers[4]?.(true);
      await vi.advanceTimersByTimeAsync(0);
      expect(FakeSource.last.url).toBe("/events?after=7");
    });

    it("gives back a place that is granted after the run has ended", async () => {
      open({ atOnce: true });
      FakeSource.last.say("answered", answered, "9");
      answers[0]?.(true);
      await vi.advanceTimersByTimeAsync(0);
      expect(held).toBe(0);
    });
  });

  it("does nothing more once it is closed", async () => {
    const stream = open();
    FakeSource.last.refuse();
    stream.close();
    stream.retry();
    window.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSource.all).toHaveLength(1);
    expect(nets.at(-1)).toBe("closed");
  });
});
