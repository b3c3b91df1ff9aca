import { describe, expect, it } from "vitest";
import type { RunEvent } from "./protocol";
import { emptyRun, isFinished, planOf, questionOf, reduce, resultOf, totalMs } from "./run";
import { answered, asked, event, executed, fold, planned, started } from "./testing";

const whole = [asked, planned, started, executed, answered];

describe("reduce", () => {
  it("folds a run from asking to the answer", () => {
    const seen = whole.map((_, at) => fold(whole.slice(0, at + 1)).status);
    expect(seen).toEqual(["pending", "running", "running", "running", "succeeded"]);
    const run = fold(whole);
    expect(run.answered?.text).toBe("There is 1.");
    expect(resultOf(run)?.row_count).toBe(1);
    expect(run.log.map((line) => line.kind)).toEqual(["asked", "planned", "started", "executed", "answered"]);
    expect(totalMs(run)).toBe(30);
  });

  it("drops an event it has seen, and one that is older", () => {
    const before = fold([asked, planned]);
    expect(reduce(before, { type: "event", seq: 20, event: planned })).toBe(before);
    expect(reduce(before, { type: "event", seq: 10, event: asked })).toBe(before);
  });

  it("gives the same state when the stream is cut anywhere and replayed from any earlier event", () => {
    const expected = fold(whole);
    for (let cut = 0; cut < whole.length; cut++) {
      for (let from = 0; from <= cut; from++) {
        let run = fold(whole.slice(0, cut));
        whole.slice(from).forEach((one, at) => {
          run = reduce(run, { type: "event", seq: (from + at + 1) * 10, event: one });
        });
        expect(run).toEqual(expected);
      }
    }
  });

  it("keeps every round of a run that plans more than once, and shows the last result", () => {
    const again = (one: RunEvent): RunEvent => ({ ...one, step: 2 });
    const second = event("executed", { ...executed.body, row_count: 7 }, 2);
    const run = fold([asked, planned, started, executed, again(planned), again(started), second, answered]);
    expect(run.steps.map((step) => step.number)).toEqual([1, 2]);
    expect(resultOf(run)?.row_count).toBe(7);
    expect(run.status).toBe("succeeded");
  });

  it.each([
    [
      "rejected",
      event("rejected", { stage: "checking", fault: { code: "SQL_POLICY_VIOLATION", message: "No." } }),
    ],
    ["failed", event("failed", { stage: "executing", fault: { code: "RUNNER_TIMEOUT", message: "Late." } })],
    ["needs_input", event("needs_input", { question: "Which?", readings: [] })],
    ["cancelled", event("cancelled", { user: "ann" })],
    ["succeeded", answered],
  ])("ends as %s and then changes no more", (status, last) => {
    const run = fold([asked, planned, last]);
    expect(run.status).toBe(status);
    expect(isFinished(run)).toBe(true);
    expect(reduce(run, { type: "event", seq: 99, event: executed })).toBe(run);
    expect(reduce(run, { type: "delta", text: "late" })).toBe(run);
    expect(planOf(run)?.sql).toBe("SELECT 1");
  });

  it("writes deltas down until the whole text replaces them", () => {
    let run = fold([asked, planned, started, executed]);
    run = reduce(run, { type: "delta", text: "There " });
    run = reduce(run, { type: "delta", text: "is" });
    expect(run.draft).toBe("There is");
    run = reduce(run, { type: "event", seq: 50, event: answered });
    expect(run.draft).toBe("");
  });

  it("starts a new draft with each statement, and takes no result from one that did not run", () => {
    let run = reduce(fold([asked, planned, started, executed]), { type: "delta", text: "Hm" });
    const again: RunEvent = { ...planned, step: 2 };
    const broken = event("executed", {
      ...executed.body,
      fault: { code: "QUERY_ERROR", message: "No such column." },
    });
    run = reduce(run, { type: "event", seq: 60, event: again });
    expect(run.draft).toBe("");
    run = reduce(run, { type: "event", seq: 61, event: { ...broken, step: 2 } });
    expect(resultOf(run)).toEqual(resultOf(fold([asked, planned, started, executed])));
  });

  it("forgets a draft that may have lost words in a cut", () => {
    const run = reduce(fold([asked]), { type: "delta", text: "There " });
    expect(reduce(run, { type: "resumed" }).draft).toBe("");
  });

  it("shows progress until the next event", () => {
    const run = reduce(fold([asked]), {
      type: "progress",
      progress: { stage: "planning", message: "Reading" },
    });
    expect(run.progress?.message).toBe("Reading");
    expect(reduce(run, { type: "event", seq: 20, event: planned }).progress).toBeUndefined();
  });
});

describe("questionOf", () => {
  it("is the question, else what was picked, else what is computed", () => {
    const plan = event("asked", { ...asked.body, request: { plan: {} } }, 0);
    expect(questionOf(fold([asked]), "picked")).toBe("How many?");
    expect(questionOf(fold([plan]), "picked")).toBe("picked");
    expect(questionOf(fold([plan, planned]))).toBe("One.");
    expect(questionOf(emptyRun)).toBe("…");
  });
});
