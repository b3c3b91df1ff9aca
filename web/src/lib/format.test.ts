import { describe, expect, it } from "vitest";
import {
  columnFormat,
  columnFormats,
  columnKind,
  formatAgo,
  formatBytes,
  formatDate,
  formatMs,
  grainOf,
  labelled,
} from "./format";
import { partsOf } from "./parts";
import type { Cell, Column } from "./protocol";

const shown = (name: string, type: string, values: Cell[]) => {
  const { format } = columnFormat({ name, type }, values);
  return values.map(format);
};

describe("columnKind", () => {
  it.each([
    ["BIGINT", "integer"],
    ["HUGEINT", "integer"],
    ["UTINYINT", "integer"],
    ["DECIMAL(18,2)", "decimal"],
    ["DOUBLE", "decimal"],
    ["VARCHAR", "text"],
    ["ENUM('a', 'b')", "text"],
    ["BOOLEAN", "boolean"],
    ["DATE", "date"],
    ["TIMESTAMP WITH TIME ZONE", "timestamp"],
    ["TIMESTAMP_NS", "timestamp"],
    ["TIME", "time"],
    ["INTEGER[]", "other"],
    ["INTERVAL", "other"],
    ["STRUCT(a INTEGER)", "other"],
  ])("%s is %s", (type, kind) => expect(columnKind(type)).toBe(kind));
});

describe("columnFormat", () => {
  it("groups digits and lines decimals up", () => {
    expect(shown("total", "DECIMAL(18,2)", [1234.5, 0, null])).toEqual(["1,234.50", "0.00", "–"]);
    expect(shown("n", "BIGINT", [482113, -5])).toEqual(["482,113", "-5"]);
  });
  it("does not group numbers that name something", () => {
    expect(shown("order_id", "BIGINT", [100234])).toEqual(["100234"]);
    expect(shown("year", "BIGINT", [2026])).toEqual(["2026"]);
    expect(shown("paid", "BIGINT", [100234])).toEqual(["100,234"]);
  });
  it("shows as many decimals of a double as help to read it", () => {
    expect(shown("avg", "DOUBLE", [4.123456, 12])).toEqual(["4.12", "12.00"]);
    expect(shown("share", "DOUBLE", [0.123456, 0.5])).toEqual(["0.1235", "0.5000"]);
    expect(shown("n", "DOUBLE", [12, 3])).toEqual(["12", "3"]);
  });
  it("keeps every digit of a number that came as text", () => {
    expect(shown("sum", "HUGEINT", ["9007199254740993"])).toEqual(["9,007,199,254,740,993"]);
    expect(shown("sum", "DOUBLE", ["NaN", 1.5])).toEqual(["NaN", "1.5"]);
  });
  it("shows parts of one as percentages where told to", () => {
    const { format } = columnFormat({ name: "share", type: "DOUBLE" }, [0.2758, 0.01], true);
    expect([0.2758, 0.01, null].map(format)).toEqual(["27.6%", "1.0%", "–"]);
    const small = columnFormat({ name: "rate", type: "DOUBLE" }, [0.0081], true);
    expect(small.format(0.0081)).toBe("0.81%");
  });
  it("aligns numbers to the right and nothing else", () => {
    expect(columnFormat({ name: "n", type: "BIGINT" }, []).align).toBe("right");
    expect(columnFormat({ name: "d", type: "DATE" }, []).align).toBe("left");
  });
  it("writes dates as coarse as they are", () => {
    expect(shown("month", "DATE", ["2026-01-01", "2026-02-01"])).toEqual(["Jan 2026", "Feb 2026"]);
    expect(shown("d", "DATE", ["2026-01-01", "2026-02-03"])).toEqual(["1 Jan 2026", "3 Feb 2026"]);
    expect(shown("at", "TIMESTAMP", ["2026-01-01T08:30:00"])).toEqual(["1 Jan 2026 08:30"]);
  });
});

describe("grainOf", () => {
  it.each<[string, Cell[], string]>([
    ["quarter", ["2026-01-01", "2026-04-01"], "quarter"],
    ["order_date_month", ["2026-02-01"], "month"],
    ["year", ["2025-01-01"], "year"],
    ["d", ["2024-01-01", "2025-01-01", "2026-01-01"], "year"],
    ["d", ["2026-01-01", "2026-02-01", "2026-03-01"], "month"],
    ["d", ["2026-01-01"], "day"],
    ["at", ["2026-01-01T00:00:00", "2026-01-02T00:00:00"], "day"],
    ["at", ["2026-01-01T08:30:15"], "second"],
  ])("%s %j is by %s", (name, values, grain) => expect(grainOf(name, values)).toBe(grain));
});

describe("formats", () => {
  it("dates without moving them between time zones", () => {
    expect(formatDate("2026-12-31T23:59:00", "minute")).toBe("31 Dec 2026 23:59");
    expect(formatDate("2026-08-01", "quarter")).toBe("Q3 2026");
    expect(formatDate("no date", "day")).toBe("no date");
  });
  it("durations", () => {
    expect([0, 0.42, 38.4, 999.6, 1352, 12_340, 10_000, 125_000].map(formatMs)).toEqual([
      "0.0 ms",
      "0.4 ms",
      "38 ms",
      "1.00 s",
      "1.35 s",
      "12.3 s",
      "10 s",
      "2 min 5 s",
    ]);
  });
  it("sizes", () => {
    expect([0, 812, 4100, 37_400_000].map(formatBytes)).toEqual(["0 B", "812 B", "4.1 kB", "37 MB"]);
  });
  it("how long ago", () => {
    const now = Date.parse("2026-03-10T12:00:00Z");
    const ago = (iso: string) => formatAgo(iso, now);
    expect(ago("2026-03-10T11:59:40Z")).toBe("just now");
    expect(ago("2026-03-10T11:55:00Z")).toBe("5 min ago");
    expect(ago("2026-03-10T09:00:00Z")).toBe("3 h ago");
    expect(ago("2026-03-07T12:00:00Z")).toBe("3 days ago");
    expect(ago("2025-01-02T12:00:00Z")).toBe("2 Jan 2025");
  });
});

it("shows a column by what the answer calls it, and knows it by its name", () => {
  const columns = labelled(
    [
      { name: "count_orders", type: "BIGINT" },
      { name: "zip", type: "BIGINT" },
    ],
    { count_orders: "Number of orders" },
  );
  const [count, zip] = columnFormats(columns, [[1, 10115]]);
  expect([count?.name, count?.label]).toEqual(["count_orders", "Number of orders"]);
  expect([zip?.label, zip?.format(10115)]).toEqual(["zip", "10115"]);
  expect(labelled(columns, undefined)).toBe(columns);
});

describe("parts of dates", () => {
  const columns: Column[] = [
    { name: "day_of_week", type: "BIGINT" },
    { name: "created_month", type: "BIGINT" },
    { name: "count", type: "BIGINT" },
  ];
  const plan = {
    group_by: [
      { column: "created_at", part: "day_of_week", as: "day_of_week" },
      { column: "created_at", part: "month_of_year" },
    ],
    select: [{ agg: "count" }],
  };
  it("are called by their names, on the axis and in the table", () => {
    const parts = partsOf(plan, columns);
    const formats = columnFormats(labelled(columns, undefined, parts), [
      [1, 12, 1],
      [7, null, 2],
      [8, 1, 3],
    ]);
    expect(formats.map((one) => one.align)).toEqual(["left", "left", "right"]);
    expect([1, 7, 8, null].map((n) => formats[0]?.format(n))).toEqual(["Monday", "Sunday", "8", "–"]);
    expect(formats[1]?.format(12)).toBe("December");
    expect(formats[2]?.format(1)).toBe("1");
  });
  it("are numbers where no plan says what they are, and where they were computed with", () => {
    expect(partsOf(undefined, columns).size).toBe(0);
    expect(partsOf({ select: [{ agg: "avg", part: "day_of_week", as: "count" }] }, columns).size).toBe(0);
  });
});
