import { describe, expect, it } from "vitest";
import type { RunEvent } from "./protocol";
import { moments, stepTo, storedEvents } from "./replay";
import { isFinished, planOf, resultOf } from "./run";
import { answered, asked, event, executed, fold, planned, started } from "./testing";

const whole: RunEvent[] = [asked, planned, started, executed, answered];
const stored = (events: RunEvent[]) => events.map((one, at) => ({ seq: (at + 1) * 10, event: one }));
const chain = (all: unknown[]) => all.map((data, at) => ({ seq: at + 1, data }));

describe("moments", () => {
  it("ends where a live stream ends", () => {
    expect(moments(stored(whole)).at(-1)?.run).toEqual(fold(whole));
  });

  it("knows at each event only what had happened by then", () => {
    const [first, second, third, fourth, last] = moments(stored(whole));
    expect(planOf(first!.run)).toBeUndefined();
    expect(planOf(second!.run)?.sentence).toBe("One.");
    expect(resultOf(third!.run)).toBeUndefined();
    expect(resultOf(fourth!.run)?.row_count).toBe(1);
    expect(isFinished(fourth!.run)).toBe(false);
    expect(last!.run.status).toBe("succeeded");
  });

  it("shows the first attempt before the second", () => {
    const again = event("planned", { ...planned.body, sentence: "Two." }, 2);
    const list = moments(stored([asked, planned, started, executed, again]));
    expect(planOf(list[3]!.run)?.sentence).toBe("One.");
    expect(planOf(list[4]!.run)?.sentence).toBe("Two.");
  });

  it("counts from the first event, and not below it when a clock is behind", () => {
    const at = (one: RunEvent, time: string): RunEvent => ({ ...one, time });
    const list = moments(
      stored([
        at(asked, "2026-03-01T10:00:00.000Z"),
        at(planned, "2026-03-01T10:00:00.180Z"),
        at(started, "2026-03-01T09:59:59.990Z"),
      ]),
    );
    expect(list.map((one) => one.ms)).toEqual([0, 180, 0]);
  });

  it("passes over repeats and what follows the end", () => {
    const list = moments([...stored([asked, planned]), { seq: 20, event: planned }]);
    expect(list).toHaveLength(2);
    expect(moments([...stored(whole), { seq: 99, event: planned }])).toHaveLength(5);
  });

  it("has none of a run without events", () => expect(moments([])).toEqual([]));
});

describe("storedEvents", () => {
  it("reads a stored run and leaves out what a newer server wrote", () => {
    const events = storedEvents(chain([asked, { schema: "blessed/1", body: {} }, planned]));
    expect(events.map(({ seq, event: one }) => [seq, one.kind])).toEqual([
      [1, "asked"],
      [3, "planned"],
    ]);
  });
});

describe("stepTo", () => {
  it("stays among the moments", () => {
    expect([stepTo(-3, 5), stepTo(2.4, 5), stepTo(9, 5), stepTo(1, 0), stepTo(Number.NaN, 5)]).toEqual([
      0, 2, 4, 0, 0,
    ]);
  });
});
