import { describe, expect, it } from "vitest";
import { actQuery, isNarrowed, readFilter, runQuery, withFilter } from "./filter";

describe("the filter in the address", () => {
  it("takes what it knows and drops what makes no sense", () => {
    expect(
      readFilter({ q: 42, user: "ada", from: "2026-01-31", to: "yesterday", evil: "x", status: "" }),
    ).toEqual({
      q: "42",
      user: "ada",
      from: "2026-01-31",
    });
    expect(readFilter({ view: "acts" })).toEqual({ view: "acts" });
    expect(readFilter({ view: "other" })).toEqual({});
  });

  it("leaves out what was emptied", () => {
    expect(withFilter({ user: "ada", q: "x" }, { user: "", status: "failed" })).toEqual({
      q: "x",
      status: "failed",
    });
  });

  it("is narrowed by what selects, not by which list is shown", () => {
    expect(isNarrowed({ view: "acts" })).toBe(false);
    expect(isNarrowed({ view: "acts", act: "token.created" })).toBe(true);
  });

  it("counts both of its days, by the reader's clock", () => {
    const { from, to } = runQuery({ from: "2026-03-31", to: "2026-03-31" });
    expect(Date.parse(to!) - Date.parse(from!)).toBeGreaterThanOrEqual(23 * 3_600_000);
    expect(new Date(from!).getDate()).toBe(31);
    expect(new Date(to!).getDate()).toBe(1);
    expect(actQuery({ act: "token.created" })).toMatchObject({ kind: "token.created", from: undefined });
  });
});
