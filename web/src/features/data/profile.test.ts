import { describe, expect, it } from "vitest";
import {
  bars,
  distinct,
  evidence,
  examples,
  filterColumns,
  nullShare,
  range,
  showValue,
  splitWords,
  spread,
} from "./profile";
import type { Relation, Table, TableColumn } from "./queries";

const column = (more: Partial<TableColumn> = {}): TableColumn => ({
  name: "total",
  type: "integer",
  engine_type: "BIGINT",
  ...more,
});

const table: Table = {
  name: "orders",
  rows: 1000,
  columns: [
    column({ name: "id" }),
    column({ name: "city", type: "text", description: "Where it went", synonyms: ["place", "town"] }),
  ],
  sample: [
    ["1", "Oslo"],
    ["2", null],
    ["3", "Oslo"],
    ["4", "a city with a very long name, longer than a cell"],
  ],
};

describe("bars", () => {
  it("names whole numbers that have a bar each", () => {
    const got = bars(column(), { of: "value", low: "3", high: "5", counts: [2, 0, 4] });
    expect(got.map((bar) => [bar.label, bar.height])).toEqual([
      ["3", 0.5],
      ["4", 0],
      ["5", 1],
    ]);
  });

  it("names wider bars by their ends", () => {
    const got = bars(column(), { of: "value", low: "0", high: "100", counts: [1, 1] });
    expect(got.map((bar) => bar.label)).toEqual(["0 – 50", "50 – 100"]);
  });

  it("names days, and leaves them where they are whatever the time zone", () => {
    const days = { of: "value" as const, low: "2026-01-30", high: "2026-02-01", counts: [1, 2, 3] };
    const got = bars(column({ type: "date" }), days);
    expect(got.map((bar) => bar.label)).toEqual(["30 Jan 2026", "31 Jan 2026", "1 Feb 2026"]);
  });

  it("names lengths of texts, and a single value", () => {
    const lengths = { of: "length" as const, low: "1", high: "2", counts: [5, 1] };
    expect(bars(column({ type: "text" }), lengths).map((bar) => bar.label)).toEqual([
      "1 characters",
      "2 characters",
    ]);
    expect(bars(column(), { of: "value", low: "7", high: "7", counts: [9] })[0]?.label).toBe("7");
  });

  it("says nothing of ends that are no numbers", () => {
    const got = bars(column({ type: "timestamp" }), {
      of: "value",
      low: "long ago",
      high: "now",
      counts: [1, 2],
    });
    expect(got.map((bar) => bar.label)).toEqual(["", ""]);
  });
});

describe("spread", () => {
  const top = [
    { value: "open", count: 4 },
    { value: "shut", count: 1 },
  ];
  const histogram = { of: "length" as const, low: "4", high: "4", counts: [5] };

  it("is by value where texts are few, else by length", () => {
    const few = column({ type: "text", profile: { nulls: 0, distinct: 2, top, complete: true, histogram } });
    expect(spread(few).map((bar) => [bar.label, bar.height])).toEqual([
      ["open", 1],
      ["shut", 0.25],
    ]);
    const many = column({ type: "text", profile: { nulls: 0, distinct: 900, top, histogram } });
    expect(spread(many).map((bar) => bar.count)).toEqual([5]);
  });

  it("is nothing where nothing was measured", () => {
    expect(spread(column())).toEqual([]);
  });
});

describe("what a column holds", () => {
  it("says the share of empty rows without rounding to nothing or to all", () => {
    const share = (nulls: number, rows: number) =>
      nullShare(column({ profile: { nulls, distinct: 1 } }), rows);
    expect([
      share(0, 10),
      share(1, 10_000),
      share(9_999, 10_000),
      share(10, 10),
      share(1, 3),
      share(0, 0),
    ]).toEqual(["0%", "<0.1%", ">99.9%", "100%", "33%", "0%"]);
  });

  it("marks large counts of different values as estimates", () => {
    expect(distinct(column({ profile: { nulls: 0, distinct: 10_000 } }))).toBe("10,000");
    expect(distinct(column({ profile: { nulls: 0, distinct: 48_211 } }))).toBe("≈ 48,211");
    expect(distinct(column())).toBe("");
  });

  it("shows a range, and one value once", () => {
    expect(range(column({ profile: { nulls: 0, distinct: 2, min: "1000", max: "25000" } }))).toBe(
      "1,000 – 25,000",
    );
    expect(range(column({ profile: { nulls: 0, distinct: 1, min: "4", max: "4" } }))).toBe("4");
    expect(range(column())).toBe("");
  });

  it("keeps what names something, and numbers too long for a double, as they are", () => {
    expect(showValue(column({ name: "order_id" }), "12345")).toBe("12345");
    expect(showValue(column(), "12345678901234567890")).toBe("12345678901234567890");
  });

  it("takes examples from the first rows, each once", () => {
    expect(examples(table, 1)).toEqual(["Oslo", "a city with a very long nam…"]);
    expect(examples({ ...table, sample: undefined }, 0)).toEqual([]);
  });

  it("finds columns by name, description and synonyms", () => {
    expect([filterColumns(table, "TOWN went"), filterColumns(table, "x"), filterColumns(table, " ")]).toEqual(
      [[1], [], [0, 1]],
    );
  });
});

it("splits words at commas and drops those that stand twice", () => {
  expect(splitWords(" net sales, revenue,, revenue\nsales ")).toEqual(["net sales", "revenue", "sales"]);
});

it("says what speaks for a relation", () => {
  const relation: Relation = {
    from_table: "orders",
    from_columns: ["customer_id"],
    to_table: "customers",
    to_columns: ["id"],
    state: "found",
    confidence: 0.8,
    present: true,
    evidence: { basis: "values", values: 8, matched: 7, inside: false, unique: false, empty: 1 },
  };
  expect(evidence(relation)).toEqual([
    "80% sure",
    "7 of 8 listed values are found there",
    "several rows there may share a value",
    "1 row points nowhere",
  ]);
  const declared: Relation = {
    ...relation,
    state: "declared",
    evidence: { ...relation.evidence, basis: "range", inside: true, unique: true, empty: 0 },
  };
  expect(evidence(declared)).toEqual(["its range lies within"]);
});
