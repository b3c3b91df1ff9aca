import { describe, expect, it } from "vitest";
import {
  aggsFor,
  changeText,
  chipAt,
  columnGroups,
  conditionDraft,
  conditionOf,
  draftOf,
  editOf,
  isPreset,
  newDraft,
  PRESETS,
  presetPart,
  valueOf,
  versions,
  withColumn,
  type EditChip,
  type Menu,
} from "./draft";

const menu: Menu = {
  plan: {},
  sentence: "Sum of total.",
  chips: [],
  add: ["measure", "dimension", "filter", "range", "order", "limit"],
  columns: [
    { id: "orders.total", source: "orders", table: "orders", name: "total", type: "decimal" },
    { id: "orders.day", source: "orders", table: "orders", name: "day", type: "date" },
    {
      id: "customers.city",
      source: "customers",
      table: "customers",
      name: "city",
      type: "text",
      via: "orders.customer_id",
    },
  ],
  outputs: [
    { name: "city", type: "text" },
    { name: "revenue", type: "decimal", measure: true },
  ],
  types: {
    decimal: {
      aggs: ["sum", "avg", "min", "max", "count"],
      buckets: [],
      parts: [],
      ops: ["=", ">", "between", "in"],
    },
    date: {
      aggs: ["count", "min", "max"],
      buckets: ["day", "month"],
      parts: ["day_of_week"],
      ops: ["between", "="],
    },
    text: { aggs: ["count", "min", "max"], buckets: [], parts: [], ops: ["=", "in", "is_null"] },
  },
  grouped: true,
  max_limit: 10_000,
};

const chip = (part: Partial<EditChip>): EditChip => ({
  kind: "filter",
  label: "",
  path: "/filters/0",
  removable: true,
  ...part,
});

describe("drafts of parts", () => {
  it("say the part they were made of", () => {
    for (const one of [
      chip({ path: "/select/0", measure: { agg: "percentile", column: "orders.total", percentile: 0.9 } }),
      chip({ path: "/group_by/0", dimension: { column: "orders.day", bucket: "month" } }),
      chip({ condition: { column: "customers.city", op: "in", value: ["Bern", "Rome"], type: "text" } }),
      chip({
        condition: { column: "orders.day", op: "between", period: { unit: "month", last: 3 }, type: "date" },
      }),
      chip({ condition: { column: "orders.total", op: "between", value: [1, 2.5], type: "decimal" } }),
      chip({ path: "/order_by/0", order: { by: "revenue", direction: "desc" } }),
      chip({ path: "/limit", limit: 10 }),
    ]) {
      const draft = draftOf(one);
      const { measure, dimension, order, limit } = one;
      const condition = one.condition && { ...one.condition, type: undefined };
      expect(draft && editOf(draft, one.path)).toEqual(
        JSON.parse(
          JSON.stringify({ action: "set", path: one.path, measure, dimension, condition, order, limit }),
        ),
      );
    }
  });

  it("are no edit while something is missing", () => {
    expect(editOf(newDraft("measure", menu), undefined)).toBeUndefined();
    expect(editOf(newDraft("filter", menu), undefined)).toBeUndefined();
    expect(editOf({ of: "limit", rows: "ten" }, "/limit")).toBeUndefined();
    const between = conditionDraft({ column: "orders.total", op: "between", value: [1, 2], type: "decimal" });
    expect(conditionOf({ ...between, to: "" })).toBeUndefined();
    expect(conditionOf({ ...between, to: "many" })).toBeUndefined();
  });

  it("count the rows where a measure has no column", () => {
    const draft = draftOf(chip({ measure: { agg: "count" } }));
    expect(draft && editOf(draft, "/select/0")).toEqual({
      action: "set",
      path: "/select/0",
      measure: { agg: "count" },
    });
  });

  it("begin a period with the last twelve months", () => {
    expect(editOf(newDraft("range", menu), undefined)).toEqual({
      action: "add",
      condition: { column: "orders.day", op: "between", period: { unit: "month", last: 12 } },
    });
  });

  it("take a common period in one press, from whatever stood there", () => {
    const dates = conditionDraft({
      column: "orders.day",
      op: ">=",
      value: "2025-01-01",
      type: "date",
    });
    const said = PRESETS.map((preset) => {
      const draft = { ...dates, ...presetPart(preset) };
      expect(PRESETS.filter((one) => isPreset(draft, one))).toEqual([preset]);
      return conditionOf(draft)?.period;
    });
    expect(said).toEqual([
      { unit: "month", this: true },
      { unit: "quarter", this: true },
      { unit: "year", this: true },
      { unit: "month", previous: 1 },
      { unit: "quarter", previous: 1 },
      { unit: "year", previous: 1 },
    ]);
    expect(
      isPreset({ ...dates, ...presetPart({ period: "previous", unit: "year" }), count: "2" }, PRESETS[5]!),
    ).toBe(false);
  });

  it("keep what another column can do, and nothing else", () => {
    const measure = { of: "measure", agg: "sum", column: "orders.total", percent: "95" } as const;
    expect(withColumn(measure, "customers.city", menu)).toMatchObject({ agg: "count" });
    const filter = newDraft("filter", menu);
    expect(withColumn(filter, "= revenue", menu)).toMatchObject({
      condition: { output: "revenue", column: "", type: "decimal" },
    });
  });
});

describe("chips", () => {
  it("of two limits are found by the path of either", () => {
    const range = chip({ kind: "range", path: "/filters/0", upper: "/filters/2" });
    const inner = chip({ path: "/select/0/where/0" });
    const chips = [chip({ path: "/filters/1" }), range, chip({ path: "/select/0", parts: [inner] })];
    expect(chipAt(chips, "/filters/0")).toBe(range);
    expect(chipAt(chips, "/filters/2")).toBe(range);
    expect(chipAt(chips, "/select/0/where/0")).toBe(inner);
    expect(chipAt(chips, "/filters/3")).toBeUndefined();
  });
});

describe("values", () => {
  it("are what the column holds", () => {
    expect(valueOf("integer", " 42 ")).toBe(42);
    expect(valueOf("integer", "12345678901234567890")).toBe("12345678901234567890");
    expect(valueOf("decimal", "4 2")).toBeUndefined();
    expect(valueOf("boolean", "true")).toBe(true);
    expect(valueOf("text", "42")).toBe("42");
    expect(valueOf("text", " ")).toBeUndefined();
  });
});

describe("the menu", () => {
  it("offers what surroundings can compute with", () => {
    const [total, day, city] = menu.columns;
    expect(aggsFor(menu, total, "number")).toContain("min");
    expect(aggsFor(menu, city, "number")).toEqual(["count"]);
    expect(aggsFor(menu, day, "date")).toEqual(["min", "max"]);
  });

  it("groups columns by table", () => {
    expect(columnGroups(menu.columns, () => true).map((group) => [group.id, group.columns.length])).toEqual([
      ["orders", 2],
      ["customers", 1],
    ]);
  });
});

describe("changes and versions", () => {
  it("read as what became of what", () => {
    expect(changeText({ action: "changed", kind: "dimension", before: "region", after: "country" })).toBe(
      "region → country",
    );
    expect(changeText({ action: "added", kind: "filter", after: "status is open" })).toBe(
      "filter added: status is open",
    );
  });

  it("follow the chain of parents, and end at a circle", () => {
    const parents: Record<string, string> = { c: "b", b: "a" };
    expect(versions("c", (id) => parents[id])).toEqual(["c", "b", "a"]);
    expect(versions("c", (id) => ({ ...parents, a: "c" })[id])).toEqual(["c", "b", "a"]);
  });
});
