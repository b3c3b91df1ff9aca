import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import ThreadBar from "./ThreadBar";
import { Continues } from "./Continues";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function show(context: object, busy = false) {
  const fetched = vi.fn<(path: string) => Promise<Response>>(
    async () => new Response(JSON.stringify(context), { status: 200 }),
  );
  vi.stubGlobal("fetch", fetched);
  const onReset = vi.fn();
  const onForget = vi.fn();
  const bar = (version: string) => (
    <QueryClientProvider client={client}>
      <ThreadBar threadId="t1" version={version} busy={busy} onReset={onReset} onForget={onForget} />
    </QueryClientProvider>
  );
  const client = new QueryClient();
  const { rerender } = render(bar("1"));
  return { fetched, onReset, onForget, next: () => rerender(bar("2")) };
}

const plan = { table: "orders" };
const named = [{ name: "big_orders", run_id: "r1", sentence: "Orders over 100.", plan }];
const previous = { run_id: "r1", sentence: "Orders over 100.", plan };

describe("ThreadBar", () => {
  it("lists named results and removes the one that is picked", async () => {
    const { fetched, onForget } = show({ thread_id: "t1", dataset_id: "d", named, previous });
    expect(await screen.findByText("big_orders")).toBeTruthy();
    expect(fetched.mock.calls[0]?.[0]).toBe("/api/v1/threads/t1");
    await userEvent.click(screen.getByRole("button", { name: "Remove the name big_orders" }));
    expect(onForget).toHaveBeenCalledWith("big_orders");
  });

  it("says that a conversation was deleted, and brings it back", async () => {
    const { fetched } = show({
      thread_id: "t1",
      dataset_id: "d",
      deleted_at: "2026-03-01T10:00:00Z",
      previous,
    });
    expect(await screen.findByText(/was deleted on 1 March 2026/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Start over" })).toBeNull();
    fetched.mockImplementation(
      async () =>
        new Response(JSON.stringify({ thread_id: "t1", dataset_id: "d", previous }), { status: 200 }),
    );
    await userEvent.click(screen.getByRole("button", { name: "Bring it back" }));
    expect(await screen.findByRole("button", { name: "Start over" })).toBeTruthy();
    const sent = fetched.mock.calls.find(
      (call) =>
        call[0] === "/api/v1/threads/t1" &&
        call.length > 1 &&
        (call as unknown as [string, RequestInit])[1].method === "PATCH",
    );
    expect(sent && (sent as unknown as [string, RequestInit])[1].body).toBe(
      JSON.stringify({ deleted: false }),
    );
  });

  it("starts over, where there is something to forget", async () => {
    const { onReset } = show({ thread_id: "t1", dataset_id: "d", named, previous });
    await screen.findByText("big_orders");
    await userEvent.click(screen.getByRole("button", { name: "Start over" }));
    expect(onReset).toHaveBeenCalledOnce();
    cleanup();
    const { onReset: never } = show({ thread_id: "t1", dataset_id: "d", named });
    await screen.findByText("big_orders");
    await userEvent.click(screen.getByRole("button", { name: "Start over" }));
    expect(never).not.toHaveBeenCalled();
  });

  it("asks again when the conversation went on", async () => {
    const { fetched, next } = show({ thread_id: "t1", dataset_id: "d", named });
    await screen.findByText("big_orders");
    next();
    await vi.waitFor(() => expect(fetched).toHaveBeenCalledTimes(2));
  });
});

describe("Continues", () => {
  it("says what a follow-up goes on from, and nothing for a question of its own", () => {
    const { container } = render(<Continues from={undefined} />);
    expect(container.textContent).toBe("");
    render(<Continues from={{ sentence: "Orders by month." }} />);
    expect(screen.getByText(/Orders by month/).textContent).toContain("Continues:");
  });
});
