import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen } from "@testing-library/react";
import { useEffect } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RunStoreContext } from "../../lib/hooks";
import { RunStore } from "../../lib/live";
import type { Begun } from "../../lib/protocol";
import { asked } from "../../lib/testing";
import { PostCard } from "./PostCard";
import { usePosts } from "./usePosts";

const navigate = vi.fn(async () => {});
vi.mock("@tanstack/react-router", () => ({ useNavigate: () => navigate }));

class Quiet extends EventTarget {
  static CLOSED = 2;
  readyState = 0;
  close() {}
}

const frames: FrameRequestCallback[] = [];
beforeEach(() => {
  navigate.mockClear();
  frames.length = 0;
  vi.stubGlobal("EventSource", Quiet);
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Page({ answer, taken }: { answer: Promise<Begun>; taken: (taken: boolean) => void }) {
  const { posts, post, again } = usePosts(undefined);
  useEffect(() => post("How many?", () => answer, { onEnd: taken }), [post, answer, taken]);
  return posts.map((one) => <PostCard key={one.key} post={one} onAgain={() => again(one)} />);
}

describe("usePosts", () => {
  it("has the first event in the document before the frame that comes before the run's page", async () => {
    let answer: (begun: Begun) => void = () => {};
    const taken = vi.fn();
    render(
      <QueryClientProvider client={new QueryClient()}>
        <RunStoreContext value={new RunStore()}>
          <Page answer={new Promise((done) => (answer = done))} taken={taken} />
        </RunStoreContext>
      </QueryClientProvider>,
    );
    expect(screen.getByRole("heading", { name: "How many?" })).toBeTruthy();
    expect(screen.queryByText(/^Asked/)).toBeNull();
    frames.length = 0;
    // What React puts off until it is its turn would come too late.
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", false);
    const begun = { run_id: "r1", thread_id: "t1", events_url: "", run_url: "" };
    answer({ ...begun, asked: { seq: 1, data: asked } });
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    expect(screen.getByText(/^Asked/)).toBeTruthy();
    expect(taken).toHaveBeenCalledWith(true);
    expect(navigate).not.toHaveBeenCalled();
    expect(frames.length).toBeGreaterThan(0);

    for (const frame of frames.splice(0)) frame(0);
    await vi.waitFor(() => expect(navigate).toHaveBeenCalledTimes(1));
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
    await act(async () => {});
  });
});
