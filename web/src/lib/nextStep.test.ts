import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { UNREACHABLE } from "./http";
import {
  FAULT_CODES,
  nextStep,
  suggestionsOf,
  type Means,
  type NextStep,
  type RequestKind,
} from "./nextStep";
import type { Fault, StageName } from "./protocol";

const STAGES: StageName[] = ["planning", "checking", "executing", "answering", "supervising"];
const KINDS: RequestKind[] = ["question", "plan", "sql", "python"];
const NONE: Means = { statement: false, raisable: false, suggests: false };
const ALL: Means = { statement: true, raisable: true, suggests: true };

const of = (code: string): Fault => ({ code, message: "It went wrong." });

describe("nextStep", () => {
  it("knows every code of the server's table, and no other", () => {
    const table = readFileSync("../shared/fault/table.go", "utf8");
    const codes = [...table.matchAll(/Code = "([A-Z_]+)"/g)].map((match) => match[1]);
    expect([...FAULT_CODES]).toEqual(codes);
  });

  it("gives one step for every code, stage, kind of request and means", () => {
    const steps: NextStep[] = [
      "edit",
      "rephrase",
      "ask_back",
      "retry",
      "raise",
      "sign_in",
      "check_connection",
    ];
    const seen = new Set<NextStep>();
    for (const code of FAULT_CODES)
      for (const stage of STAGES)
        for (const kind of KINDS)
          for (const statement of [true, false])
            for (const raisable of [true, false])
              for (const suggests of [true, false]) {
                const step = nextStep(of(code), stage, kind, { statement, raisable, suggests });
                expect(steps).toContain(step);
                if (step === "edit") expect(statement).toBe(true);
                if (step === "raise") expect(raisable).toBe(true);
                if (step === "ask_back") expect([suggests, kind]).toEqual([true, "question"]);
                seen.add(step);
              }
    expect(seen.size).toBe(steps.length);
  });

  it.each<[string, StageName, RequestKind, Means, NextStep]>([
    ["VALIDATION_ERROR", "planning", "question", NONE, "rephrase"],
    ["VALIDATION_ERROR", "planning", "question", { ...NONE, suggests: true }, "ask_back"],
    ["SQL_POLICY_VIOLATION", "checking", "sql", ALL, "edit"],
    ["SQL_POLICY_VIOLATION", "checking", "question", ALL, "edit"],
    ["PYTHON_POLICY_VIOLATION", "checking", "python", ALL, "edit"],
    ["PYTHON_EXECUTION_ERROR", "executing", "python", ALL, "edit"],
    ["RUNNER_TIMEOUT", "executing", "question", ALL, "raise"],
    ["RUNNER_TIMEOUT", "executing", "sql", { ...ALL, raisable: false }, "edit"],
    ["RUNNER_TIMEOUT", "supervising", "question", ALL, "retry"],
    ["RUNNER_RESOURCE_EXCEEDED", "executing", "sql", ALL, "raise"],
    ["RUNNER_RESOURCE_EXCEEDED", "executing", "question", NONE, "rephrase"],
    ["RUNNER_INTERNAL_ERROR", "executing", "sql", ALL, "retry"],
    ["QUERY_ERROR", "executing", "sql", ALL, "edit"],
    ["NOT_FOUND", "planning", "question", NONE, "rephrase"],
    ["UNAUTHENTICATED", "planning", "question", NONE, "sign_in"],
    ["FORBIDDEN", "planning", "sql", ALL, "sign_in"],
    ["RATE_LIMITED", "planning", "question", NONE, "retry"],
    ["BUDGET_EXCEEDED", "planning", "question", NONE, "rephrase"],
    ["FEATURE_DISABLED", "planning", "python", ALL, "rephrase"],
    ["CONNECTION_ERROR", "executing", "question", ALL, "check_connection"],
    ["MODEL_ERROR", "planning", "question", NONE, "rephrase"],
    ["MODEL_ERROR", "answering", "question", ALL, "retry"],
    ["UNAVAILABLE", "planning", "question", NONE, "retry"],
    ["CANCELLED", "executing", "sql", ALL, "retry"],
    ["CONFLICT", "planning", "question", NONE, "retry"],
    ["PAYLOAD_TOO_LARGE", "planning", "sql", ALL, "edit"],
    [UNREACHABLE, "planning", "question", ALL, "check_connection"],
    ["A_CODE_OF_TOMORROW", "planning", "question", ALL, "retry"],
  ])("%s while %s, asked as %s", (code, stage, kind, means, want) => {
    expect(nextStep(of(code), stage, kind, means)).toBe(want);
  });
});

describe("suggestionsOf", () => {
  it("reads one name or a list, each once, at most four", () => {
    expect(suggestionsOf({ ...of("QUERY_ERROR"), details: { did_you_mean: "a" } })).toEqual(["a"]);
    expect(
      suggestionsOf({ ...of("QUERY_ERROR"), details: { candidates: ["a", "b", "a", "c", "d", "e"] } }),
    ).toEqual(["a", "b", "c", "d"]);
    expect(suggestionsOf(of("QUERY_ERROR"))).toEqual([]);
  });
});
