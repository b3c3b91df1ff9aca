import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Session, Thread } from "../../lib/protocol";
import { Removed, ThreadMenu } from "./ThreadMenu";
import { lookAgain, mayLabel, statusOf, underWay } from "./threads";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const thread: Thread = {
  thread_id: "t1",
  title: "Tea sales",
  runs: 2,
  user: "ann",
  last_at: "2026-03-01T10:00:00Z",
  last_run_id: "r2",
  status: "succeeded",
  dataset_id: "d",
};
const session = (user: string, role: Session["role"]) => ({ user, role, org: "o", mode: "token" }) as Session;

function show(ui: React.ReactNode, answer = new Response("{}", { status: 200 })) {
  const fetched = vi.fn<(path: string, init: RequestInit) => Promise<Response>>(async () => answer);
  vi.stubGlobal("fetch", fetched);
  render(<QueryClientProvider client={new QueryClient()}>{ui}</QueryClientProvider>);
  return () => fetched.mock.calls.map(([path, { method, body }]) => `${method} ${path} ${body}`);
}

describe("mayLabel", () => {
  it("lets whoever began a conversation change it, and admins", () => {
    expect(mayLabel(thread, session("ann", "analyst"))).toBe(true);
    expect(mayLabel(thread, session("bob", "verifier"))).toBe(false);
    expect(mayLabel(thread, session("bob", "admin"))).toBe(true);
    expect(mayLabel(thread, session("ann", "viewer"))).toBe(false);
    expect(mayLabel(thread, undefined)).toBe(false);
  });
});

describe("statusOf", () => {
  it("never shows a run as running whose end is known to the list or to the page", () => {
    const running = { status: "running", lastSeq: 20 } as const;
    expect(statusOf(thread, running)).toBe("succeeded");
    expect(statusOf({ status: "running" }, { status: "failed", lastSeq: 30 })).toBe("failed");
    expect(statusOf({ status: "running" }, running)).toBe("running");
    expect(statusOf({ status: "pending" }, { status: "pending", lastSeq: 0 })).toBe("pending");
  });
});

describe("lookAgain", () => {
  it("looks often while something is under way, and now and then otherwise", () => {
    expect(lookAgain([thread, { status: "running" }])).toBeLessThan(lookAgain([thread]));
    expect(lookAgain([])).toBeGreaterThan(0);
  });
});

describe("underWay", () => {
  it("is true until the newest run has ended", () => {
    expect([underWay({ status: "pending" }), underWay({ status: "running" }), underWay(thread)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("ThreadMenu", () => {
  it("renames", async () => {
    const calls = show(<ThreadMenu thread={thread} onRemoved={() => {}} />);
    await userEvent.click(screen.getByRole("button", { name: "What to do with Tea sales" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Rename" }));
    const box = await screen.findByRole("textbox", { name: "Title" });
    await userEvent.clear(box);
    await userEvent.type(box, "Tea{Enter}");
    await waitFor(() => expect(calls()).toEqual([`PATCH /api/v1/threads/t1 {"title":"Tea"}`]));
  });

  it("renames by keyboard alone", async () => {
    const calls = show(<ThreadMenu thread={thread} onRemoved={() => {}} />);
    await userEvent.click(screen.getByRole("button", { name: "What to do with Tea sales" }));
    (await screen.findByRole("menuitem", { name: "Rename" })).focus();
    const clicked = vi.fn();
    document.addEventListener("click", clicked, { once: true });
    await userEvent.keyboard("{Enter}");
    const box = await screen.findByRole("textbox", { name: "Title" });
    await waitFor(() => expect(document.activeElement).toBe(box));
    expect(clicked).not.toHaveBeenCalled();
    await userEvent.clear(box);
    await userEvent.type(box, "Tea{Enter}");
    await waitFor(() => expect(calls()).toEqual([`PATCH /api/v1/threads/t1 {"title":"Tea"}`]));
  });

  it("asks before it deletes, and says what stays", async () => {
    const onRemoved = vi.fn();
    const calls = show(<ThreadMenu thread={thread} onRemoved={onRemoved} />);
    await userEvent.click(screen.getByRole("button", { name: "What to do with Tea sales" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
    expect(screen.getByRole("dialog").textContent).toContain("stay on record for the audit");
    expect(calls()).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(onRemoved).toHaveBeenCalledOnce());
    expect(calls()).toEqual([`PATCH /api/v1/threads/t1 {"deleted":true}`]);
  });

  it("says why it could not", async () => {
    const refusal = { error: { code: "FORBIDDEN", message: "Only ann may.", hint: "Ask her." } };
    show(
      <ThreadMenu thread={thread} onRemoved={() => {}} />,
      new Response(JSON.stringify(refusal), { status: 403 }),
    );
    await userEvent.click(screen.getByRole("button", { name: "What to do with Tea sales" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
    await userEvent.click(screen.getByRole("button", { name: "Delete" }));
    expect((await screen.findByRole("alert")).textContent).toContain("Only ann may. Ask her.");
  });
});

describe("Removed", () => {
  it("takes a deletion back", async () => {
    const onDone = vi.fn();
    const calls = show(<Removed thread={thread} onDone={onDone} />);
    await userEvent.click(screen.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(onDone).toHaveBeenCalledOnce());
    expect(calls()).toEqual([`PATCH /api/v1/threads/t1 {"deleted":false}`]);
  });
});
