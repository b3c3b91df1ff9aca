import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RunStoreContext } from "../../lib/hooks";
import { RunStore } from "../../lib/live";
import { asked } from "../../lib/testing";
import { PostCard } from "./PostCard";

let source: EventTarget | undefined;

class Told extends EventTarget {
  static CLOSED = 2;
  readyState = 0;
  constructor() {
    super();
    source = this as EventTarget;
  }
  close() {}
}

beforeEach(() => vi.stubGlobal("EventSource", Told));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("PostCard", () => {
  it("shows the first event of the run its request became, and nothing of it before", () => {
    const store = new RunStore();
    const post = {
      key: "k",
      title: "How many?",
      startedAt: Date.now(),
      runId: "r1",
      send: () => Promise.reject(new Error("not sent here")),
    };
    render(
      <RunStoreContext value={store}>
        <PostCard post={post} onAgain={() => {}} />
      </RunStoreContext>,
    );
    act(() => store.follow("r1", { title: "How many?" }));
    expect(screen.queryByText(/^Asked/)).toBeNull();
    act(() => {
      source?.dispatchEvent(new MessageEvent("asked", { data: JSON.stringify(asked), lastEventId: "1" }));
    });
    expect(screen.getByText(/^Asked/)).toBeTruthy();
  });
});
