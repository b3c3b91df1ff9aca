import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { answered, asked, event, executed, fold } from "../../lib/testing";
import { Facts } from "./Facts";
import { may } from "../../lib/roles";
import { Keep } from "./Keep";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const plan = event("planned", {
  query_type: "sql",
  plan: { table: "orders" },
  sentence: "One.",
  origin: "rules",
  confidence: 0.87,
});
const run = fold([asked, plan, executed, answered]);

const mark = {
  id: "v1",
  run_id: "r1",
  question: "How many?",
  owner: "ada",
  verified_at: "2026-03-01T09:00:00Z",
  state: "valid",
};

type Answer = [status: number, body: unknown];

/** Serves the routes the actions use and keeps what was sent. */
function show(role: string, marks: object[], answers: Record<string, Answer[]> = {}) {
  const sent: { call: string; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const call = `${init.method} ${path.split("?")[0]}`;
    const reply = (status: number, body: unknown) =>
      new Response(status === 204 ? null : JSON.stringify(body), { status });
    if (call === "GET /api/v1/session") return reply(200, { org: "local", user: "ann", role, mode: "token" });
    if (call === "GET /api/v1/verified") return reply(200, { verified: marks });
    sent.push({ call, body: init.body ? JSON.parse(init.body as string) : undefined });
    return reply(...(answers[call]?.shift() ?? [404, {}]));
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Keep id="r1" run={run} />
    </QueryClientProvider>,
  );
  return sent;
}

describe("Keep", () => {
  it("offers each role what it may do", async () => {
    expect(may("viewer", "analyst")).toBe(false);
    expect(may("admin", "verifier")).toBe(true);
    expect(may(undefined, "viewer")).toBe(false);
    show("analyst", []);
    expect(await screen.findByRole("button", { name: "Save as test case" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Mark as verified" })).toBeNull();
  });

  // The dialog is loaded when it is first asked for.
  it(
    "verifies an answer with a note, and puts it in the place of another when told to",
    { timeout: 30_000 },
    async () => {
      const taken = {
        error: { code: "CONFLICT", message: "Bob verified an answer.", details: { id: "v0" } },
      };
      const sent = show("verifier", [], {
        "POST /api/v1/runs/r1/verify": [
          [409, taken],
          [200, mark],
        ],
      });
      await userEvent.click(await screen.findByRole("button", { name: "Mark as verified" }));
      await userEvent.type(await screen.findByLabelText("Note", {}, { timeout: 15_000 }), "Counted.");
      await userEvent.click(screen.getByRole("button", { name: "Verify" }));
      expect(await screen.findByText("Bob verified an answer.")).toBeTruthy();
      await userEvent.click(screen.getByRole("button", { name: "Replace it" }));
      await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
      expect(sent.map((one) => one.body)).toEqual([
        { note: "Counted." },
        { note: "Counted.", replace: true },
      ]);
    },
  );

  it("says who verified it and when, and takes the mark away", async () => {
    const sent = show("verifier", [mark], { "DELETE /api/v1/verified/v1": [[204, undefined]] });
    expect(await screen.findByText("Verified by ada, 1 March 2026")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Mark as verified" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Take the mark away" }));
    await vi.waitFor(() => expect(sent.map((one) => one.call)).toEqual(["DELETE /api/v1/verified/v1"]));
  });

  it("says why an answer is no longer verified, and offers to verify it anew", async () => {
    show("verifier", [{ ...mark, state: "stale", reason: "The column n of t is gone." }]);
    expect(await screen.findByText("No longer verified: The column n of t is gone.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Mark as verified" })).toBeTruthy();
  });

  it("saves a test case once, and says what stands in the way", async () => {
    const large = {
      error: { code: "PAYLOAD_TOO_LARGE", message: "The result is cut.", hint: "Ask for less." },
    };
    const sent = show("analyst", [], {
      "POST /api/v1/runs/r1/test-case": [
        [413, large],
        [201, {}],
      ],
    });
    const button = await screen.findByRole("button", { name: "Save as test case" });
    await userEvent.click(button);
    expect((await screen.findByRole("alert")).textContent).toBe("The result is cut. Ask for less.");
    await userEvent.click(button);
    expect(await screen.findByRole("button", { name: "Saved as a test case" })).toBeTruthy();
    expect(sent).toHaveLength(2);
  });
});

describe("Facts", () => {
  it("says how the statement was made and how sure that is", () => {
    render(<Facts run={run} />);
    expect(screen.getByText("Planned by rules, 87 % sure")).toBeTruthy();
  });

  it("names who vouches for a verified answer", () => {
    const verified = { id: "v1", owner: "ada", at: "2026-03-01T09:00:00Z", question: "How many?" };
    const reused = event("planned", {
      query_type: "sql",
      sentence: "One.",
      origin: "verified",
      confidence: 1,
      verified,
    });
    render(<Facts run={fold([asked, reused, executed, answered])} />);
    expect(screen.getByText("Verified by ada, 1 March 2026")).toBeTruthy();
  });
});
