import { describe, expect, it } from "vitest";
import { capOf, nextLimit, raiseFor, raiseForCap } from "./limits";
import { answered, asked, executed, fold, planned, policy, started } from "./testing";

const trust = { sentence: "One.", origin: "rules" as const, dataset_version: "abc", complete: false };
const doubtful = { ...answered, body: { ...answered.body, trust } };
const withPlan = (plan: object) => ({
  ...planned,
  body: { ...planned.body, plan: plan as Record<string, unknown> },
});
const cut = (more: object) => ({ ...executed, body: { ...executed.body, row_count: 200, ...more } });

describe("nextLimit", () => {
  it("takes the next step, then the largest the policy allows, then none", () => {
    expect(nextLimit("max_rows", 200, policy)?.to).toBe(1000);
    expect(nextLimit("max_rows", 1000, policy)?.to).toBe(5000);
    expect(nextLimit("max_rows", 5000, policy)?.to).toBe(10_000);
    expect(nextLimit("max_rows", 10_000, policy)).toBeUndefined();
    const strict = { ...policy, max: { ...policy.max, max_rows: 700 } };
    expect(nextLimit("max_rows", 200, strict)?.to).toBe(700);
  });
});

describe("raiseFor", () => {
  const run = fold([asked, planned]);
  it("raises the time after a timeout", () => {
    expect(raiseFor(run, { code: "RUNNER_TIMEOUT", message: "" }, policy)).toEqual({
      limit: "timeout_ms",
      from: 10_000,
      to: 30_000,
    });
  });
  it("raises the limit the fault names, and nothing where the policy has no more of it", () => {
    const fault = (limit: string) => ({ code: "RUNNER_RESOURCE_EXCEEDED", message: "", details: { limit } });
    expect(raiseFor(run, fault("max_output_bytes"), policy)?.limit).toBe("max_output_bytes");
    expect(raiseFor(run, fault("memory_mb"), policy)).toBeUndefined();
    expect(raiseFor(run, { code: "QUERY_ERROR", message: "" }, policy)).toBeUndefined();
    expect(raiseFor(run, fault("max_output_bytes"), undefined)).toBeUndefined();
  });
});

describe("capOf", () => {
  it("is nothing for a complete result, and for none", () => {
    expect(capOf(fold([asked, planned, started, executed, answered]))).toBeUndefined();
    expect(capOf(fold([asked, planned]))).toBeUndefined();
  });
  it("knows how many rows there are where rows of the table are listed", () => {
    const run = fold([asked, withPlan({ table: "t" }), started, cut({ rows_kept: 4810 }), doubtful]);
    expect(capOf(run)).toMatchObject({ shown: 200, total: 4810, sure: true, grouped: false });
  });
  it("does not take the rows a group was made of for rows of the result", () => {
    const plan = withPlan({ table: "t", group_by: [{ column: "a" }], select: [{ agg: "sum", column: "b" }] });
    const run = fold([
      asked,
      plan,
      started,
      cut({ rows_kept: 4810, truncated: true, truncated_by: "rows" }),
      doubtful,
    ]);
    expect(capOf(run)).toEqual({ shown: 200, total: undefined, sure: true, by: "rows", grouped: true });
  });
  it("is not sure of a result that only fills a limit nobody asked for", () => {
    expect(capOf(fold([asked, planned, started, cut({}), doubtful]))).toMatchObject({ sure: false });
  });
  it("raises the limit that cut it", () => {
    const run = fold([asked, planned, started, cut({ truncated: true, truncated_by: "bytes" }), doubtful]);
    const cap = capOf(run)!;
    expect(raiseForCap(run, cap, policy)).toMatchObject({ limit: "max_output_bytes" });
    expect(raiseForCap(run, { ...cap, by: "rows" }, policy)).toEqual({
      limit: "max_rows",
      from: 200,
      to: 1000,
    });
  });
});
