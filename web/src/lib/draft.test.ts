import { beforeEach, describe, expect, it, vi } from "vitest";
import { begins, draftOf, keepDraft, keepStatements, statementsOf, takeOver } from "./draft";

beforeEach(() => sessionStorage.clear());

describe("drafts", () => {
  it("keeps one for each conversation and one for a new question", () => {
    keepDraft(undefined, "new");
    keepDraft("t1", "of t1");
    keepDraft("t1", "of t1, changed");
    expect([draftOf(), draftOf("t1"), draftOf("t2")]).toEqual(["new", "of t1, changed", ""]);
    keepDraft("t1", "");
    expect(draftOf("t1")).toBe("");
  });

  it("forgets the oldest of very many", () => {
    for (let at = 0; at < 30; at++) keepDraft(`t${at}`, "x");
    expect(draftOf("t0")).toBe("");
    expect(draftOf("t29")).toBe("x");
  });

  it("goes with the conversation that began in its box, and with no other", () => {
    keepDraft(undefined, "and by month?");
    keepStatements(undefined, { mode: "sql", sql: "SELECT 1" });
    takeOver("t1");
    expect(draftOf("t1"), "t1 did not begin here").toBe("");
    begins("t1");
    takeOver("t1");
    expect([draftOf(), draftOf("t1")]).toEqual(["", "and by month?"]);
    expect([statementsOf(), statementsOf("t1")]).toEqual([undefined, { mode: "sql", sql: "SELECT 1" }]);
    keepDraft(undefined, "another");
    takeOver("t1");
    expect([draftOf(), draftOf("t1")]).toEqual(["another", "and by month?"]);
  });

  it("does without a storage that is broken or off", () => {
    sessionStorage.setItem("leo.drafts", "{");
    expect(draftOf()).toBe("");
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new Error("off");
    });
    expect(() => keepDraft("t1", "x")).not.toThrow();
  });
});
