import { describe, expect, it } from "vitest";
import { inert, step, toTsv } from "./grid";

const size = { rows: 100, columns: 4, page: 12 };
const at = (row: number, column: number) => ({ row, column });

describe("step", () => {
  it.each([
    ["ArrowDown", false, at(5, 1), at(6, 1)],
    ["ArrowDown", false, at(99, 1), at(99, 1)],
    ["ArrowDown", true, at(5, 1), at(99, 1)],
    ["ArrowUp", false, at(0, 1), at(0, 1)],
    ["ArrowUp", true, at(50, 1), at(0, 1)],
    ["ArrowRight", false, at(5, 3), at(5, 3)],
    ["ArrowLeft", true, at(5, 3), at(5, 0)],
    ["PageDown", false, at(95, 2), at(99, 2)],
    ["PageUp", false, at(20, 2), at(8, 2)],
    ["Home", false, at(20, 2), at(20, 0)],
    ["End", false, at(20, 2), at(20, 3)],
    ["Home", true, at(20, 2), at(0, 0)],
    ["End", true, at(20, 2), at(99, 3)],
  ])("%s, control %s", (key, control, from, to) => expect(step(from, key, control, size)).toEqual(to));

  it("leaves other keys, and a table without rows, alone", () => {
    expect(step(at(0, 0), "x", false, size)).toBeUndefined();
    expect(step(at(0, 0), "ArrowDown", false, { rows: 0, columns: 0, page: 1 })).toEqual(at(0, 0));
  });
});

describe("inert", () => {
  it("disarms what a spreadsheet would run, and nothing else", () => {
    expect(
      ["=1+1", "+cmd", "-x", "@sum", "\t=1", "-Infinity", "-1", "+2.50", "-3e-7", "a=b", ""].map(inert),
    ).toEqual(["'=1+1", "'+cmd", "'-x", "'@sum", "' =1", "-Infinity", "-1", "+2.50", "-3e-7", "a=b", ""]);
  });
});

describe("toTsv", () => {
  it("keeps every digit, and cells in their places", () => {
    expect(
      toTsv(
        ["a", "=b"],
        [
          ["12345678901234567890", null],
          ["two\nlines", 0.1],
        ],
      ),
    ).toBe("a\t'=b\n12345678901234567890\t\ntwo lines\t0.1");
  });
});
