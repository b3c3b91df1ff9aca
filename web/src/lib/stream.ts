import { parseExact } from "./json";
import { decodeEvent, isTerminal, kinds, type Delta, type Progress, type RunEvent } from "./protocol";
import { canCount, takeSlot } from "./slots";

/**
 * How the connection is doing. `down` means that the server has not answered for a while; the stream goes on
 * trying. `paused` means that nobody is looking.
 */
export type Net = "connecting" | "open" | "reconnecting" | "down" | "paused" | "closed";

/** What a look at the run itself says after its stream was refused. */
export type Probe = "finished" | "unfinished" | "gone" | "unreachable";

export interface StreamOptions {
  url: string;
  /** The last sequence the caller has; a stream opens after it. */
  after: () => number;
  onEvent: (seq: number, event: RunEvent) => void;
  onProgress: (progress: Progress) => void;
  onDelta: (text: string) => void;
  /** The stream is open again after a cut. */
  onResumed: () => void;
  onNet: (net: Net) => void;
  /** Called when the server ended the stream for good (204, 404, …): EventSource does not say which. */
  probe: () => Promise<Probe>;
  /** Opens before the browser has said whether a place is free, for somebody who waits for the first event. */
  atOnce?: boolean;
}

export interface Stream {
  close: () => void;
  /** Tries at once instead of waiting for the next attempt. */
  retry: () => void;
}

/** Tabs of one browser share six connections to Leo, so a hidden one gives its own back. */
const HIDDEN_GRACE_MS = 2_000;
/** How often the run itself is looked at while other tabs hold every place for a stream. */
const LOOK_MS = 2_000;
/** A connection that says nothing for this long may be dead without the browser knowing (a laptop slept). */
const QUIET_MS = 40_000;
const FIRST_BACKOFF_MS = 1_500;
const LONGEST_BACKOFF_MS = 15_000;
/** After this many failures in a row the page says that the server does not answer. */
const FAILURES_UNTIL_DOWN = 3;

/** Follows a run until its terminal event, through cuts, restarts and hidden tabs. */
export function openStream(options: StreamOptions): Stream {
  let source: EventSource | undefined;
  let closed = false;
  let paused = false;
  let failures = 0;
  let wasOpen = false;
  let giveBack: (() => void) | undefined;
  let turn = 0;
  let atOnce = options.atOnce ?? false;
  let backoff: ReturnType<typeof setTimeout> | undefined;
  let hidden: ReturnType<typeof setTimeout> | undefined;
  let quiet: ReturnType<typeof setTimeout> | undefined;

  const drop = () => {
    clearTimeout(backoff);
    clearTimeout(quiet);
    source?.close();
    source = undefined;
  };
  const close = () => {
    if (closed) return;
    closed = true;
    drop();
    leave();
    clearTimeout(hidden);
    document.removeEventListener("visibilitychange", onVisibility);
    window.removeEventListener("online", connect);
    options.onNet("closed");
  };
  /** Gives the place back that other tabs may wait for. */
  const leave = () => {
    turn += 1;
    giveBack?.();
    giveBack = undefined;
  };
  const heard = () => {
    clearTimeout(quiet);
    quiet = setTimeout(connect, QUIET_MS);
  };
  const failed = () => {
    failures += 1;
    options.onNet(failures >= FAILURES_UNTIL_DOWN ? "down" : "reconnecting");
  };
  const retryLater = () => {
    const wait = Math.min(FIRST_BACKOFF_MS * 2 ** Math.max(0, failures - 1), LONGEST_BACKOFF_MS);
    clearTimeout(backoff);
    backoff = setTimeout(connect, wait);
  };

  async function refused(from: EventSource) {
    drop();
    const found = await options.probe();
    // The world may have moved while the probe was under way.
    if (closed || paused || (source !== undefined && source !== from)) return;
    if (found === "finished" || found === "gone") return close();
    failed();
    retryLater();
  }

  /** Every place is taken: what a stream would tell is read from the run itself. */
  async function look() {
    const found = await options.probe();
    if (closed || paused || source !== undefined) return;
    if (found === "finished" || found === "gone") return close();
    if (found === "unreachable") failed();
    else {
      failures = 0;
      options.onNet("open");
    }
    clearTimeout(backoff);
    backoff = setTimeout(connect, LOOK_MS);
  }

  function connect() {
    if (closed || paused) return;
    drop();
    if (giveBack || !canCount()) return open();
    const mine = ++turn;
    // The answer about the place may come behind the drawing of a whole page. Without a place the stream is closed
    // again, so there is one too many for a moment at most, and never on a later try.
    const opened = atOnce;
    atOnce = false;
    if (opened) open();
    void takeSlot().then((release) => {
      if (closed || paused || mine !== turn) return release?.();
      giveBack = release;
      if (!release) {
        drop();
        void look();
      } else if (!opened) open();
    });
  }

  function open() {
    const after = options.after();
    const opened = new EventSource(after > 0 ? `${options.url}?after=${after}` : options.url);
    source = opened;
    heard();
    opened.onopen = () => {
      failures = 0;
      if (wasOpen) options.onResumed();
      wasOpen = true;
      heard();
      options.onNet("open");
    };
    opened.onerror = () => {
      if (source !== opened) return;
      if (opened.readyState === EventSource.CLOSED) void refused(opened);
      else failed();
    };
    for (const kind of kinds) opened.addEventListener(kind, onStored);
    opened.addEventListener("progress", (message) => {
      heard();
      options.onProgress(JSON.parse(message.data) as Progress);
    });
    opened.addEventListener("delta", (message) => {
      heard();
      options.onDelta((JSON.parse(message.data) as Delta).text);
    });
  }

  function onStored(message: MessageEvent<string>) {
    heard();
    const event = decodeEvent(parseExact(message.data));
    if (!event) return;
    options.onEvent(Number(message.lastEventId), event);
    if (isTerminal(event.kind)) close();
  }

  function onVisibility() {
    clearTimeout(hidden);
    if (document.visibilityState === "hidden") {
      hidden = setTimeout(() => {
        paused = true;
        drop();
        leave();
        options.onNet("paused");
      }, HIDDEN_GRACE_MS);
    } else if (paused) {
      paused = false;
      options.onNet("connecting");
      connect();
    }
  }

  document.addEventListener("visibilitychange", onVisibility);
  window.addEventListener("online", connect);
  options.onNet("connecting");
  connect();
  return {
    close,
    retry: () => {
      if (closed || paused) return;
      options.onNet("connecting");
      connect();
    },
  };
}
