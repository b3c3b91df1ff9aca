import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { RunState } from "../../lib/run";
import { answered, asked, event, executed, fold, planned, started } from "../../lib/testing";
import Details from "./Details";

afterEach(cleanup);

function open(run: RunState, tab: string) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, enabled: false } } });
  render(
    <QueryClientProvider client={client}>
      <Details id="r1" run={run} />
    </QueryClientProvider>,
  );
  const opener = screen.getByRole("tab", { name: tab });
  fireEvent.click(opener);
  return screen.getByRole("tabpanel", { name: tab });
}

/** What a sheet of labels and values says. */
const lines = (panel: HTMLElement) =>
  Object.fromEntries(
    [...panel.querySelectorAll("dt")].map((term) => [term.textContent, term.nextElementSibling?.textContent]),
  );

const whole = fold([asked, planned, started, executed, answered]);

it("says the sentence of the plan", () => {
  expect(open(whole, "Sentence").textContent).toContain("One.");
});

it("shows exactly what ran", () => {
  const panel = open(whole, "SQL");
  expect(panel.textContent).toContain("SELECT 1");
  expect(within(panel).getByRole("button", { name: "Copy SQL" })).toBeDefined();
});

it("shows each statement of a run that needed several", () => {
  const second = event("planned", { ...planned.body, sql: "SELECT 2" }, 2);
  const repaired = event("executed", { ...executed.body }, 2);
  const panel = open(fold([asked, planned, started, executed, second, repaired, answered]), "SQL");
  expect(panel.textContent).toMatch(/Step 1\..*SELECT 1.*Step 2\..*SELECT 2/s);
});

it("shows the plan, or that there is none", () => {
  const made = event("planned", { ...planned.body, plan: { table: "orders", limit: 5 } });
  expect(open(fold([asked, made]), "Plan").textContent).toContain('"table": "orders"');
  cleanup();
  expect(open(whole, "Plan").textContent).toContain("There is no plan");
});

it("counts times, rows, cache and what a model cost", () => {
  const read = event("executed", {
    ...executed.body,
    rows_read: 1_234_567,
    rows_kept: 42,
    engine: "DuckDB 1.5.5",
  });
  expect(lines(open(fold([asked, planned, started, read, answered]), "Numbers"))).toMatchObject({
    Planned: "2 ms",
    "Waited for a sandbox": "1 ms",
    "Opened the sandbox": "20 ms",
    "Ran the query": "5 ms",
    Read: "1,234,567",
    "Kept by the filters": "42",
    Returned: "1",
    Engine: "DuckDB 1.5.5",
    Sandbox: "native",
    Cache: "miss",
    "Confidence of the planner": "100 %",
    Model: "No model was used.",
  });
});

it("tells the limits the statement ran under", () => {
  expect(lines(open(whole, "Limits"))).toMatchObject({ Rows: "200", Time: "10 s", Memory: "512 MB" });
});

it("lists the events, and what the statement wrote", () => {
  const wrote = event("executed", { ...executed.body, stdout: "hello\n", stderr: "careful\n" });
  const panel = open(fold([asked, planned, started, wrote, answered]), "Log");
  expect([...panel.querySelectorAll("ol li")].map((line) => line.children[1]?.textContent)).toEqual([
    "asked",
    "planned",
    "started",
    "executed",
    "answered",
  ]);
  expect(panel.textContent).toMatch(/Standard output.*hello.*Standard error.*careful/s);
});

it("shows what a failure knew beside its sentence", () => {
  const failed = event("failed", {
    stage: "executing",
    fault: { code: "QUERY_ERROR", message: "No such column.", hint: "Check it.", details: { name: "totl" } },
  });
  expect(open(fold([asked, planned, started, failed]), "Log").textContent).toContain('"name": "totl"');
});
