import { expect, it } from "vitest";
import type { PrepareProgress } from "../../lib/protocol";
import { progressWords, stagePercent } from "./progress";

const BEGAN = { began: "2026-03-01T10:00:00Z", at: "2026-03-01T10:01:30Z" };

it("says what is done with which table, how far it is and for how long", () => {
  const progress: PrepareProgress = {
    ...BEGAN,
    stage: "loading",
    table: "sales",
    done: 512,
    total: 2048,
    rows: 1,
  };
  expect(progressWords(progress)).toEqual({
    doing: "Loading the rows of sales",
    far: "512 B of 2.0 kB, 1 row, for 1 min 30 s",
  });
  expect(stagePercent(progress)).toBe(25);
});

it("claims nothing where nothing is known", () => {
  const progress: PrepareProgress = { ...BEGAN, at: BEGAN.began, stage: "describing", table: "sales" };
  expect(progressWords(progress)).toEqual({ doing: "Describing the columns of sales", far: "" });
  expect(stagePercent(progress)).toBeUndefined();
});
