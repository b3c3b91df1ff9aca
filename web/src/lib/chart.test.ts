import { describe, expect, it } from "vitest";
import { chartData, chartKinds } from "./chart";
import type { Column } from "./protocol";

const columns: Column[] = [
  { name: "month", type: "DATE" },
  { name: "shop", type: "VARCHAR" },
  { name: "revenue", type: "DOUBLE" },
  { name: "orders", type: "BIGINT" },
];
const rows = [
  ["2026-01-01", "Harbour", 10, 1],
  ["2026-01-01", "Station", 20, 2],
  ["2026-02-01", "Harbour", null, 3],
];

describe("chartKinds", () => {
  it("offers what suits the result, the server's choice first", () => {
    expect(chartKinds({ type: "line", x: "month", y: ["revenue"] }, columns, 3)).toEqual([
      "line",
      "bar",
      "table",
    ]);
    expect(chartKinds({ type: "bar", x: "month", y: ["revenue"] }, columns, 3)).toEqual([
      "bar",
      "line",
      "table",
    ]);
    expect(chartKinds({ type: "bar", x: "shop", y: ["revenue"] }, columns, 3)).toEqual(["bar", "table"]);
    expect(chartKinds({ type: "pie", x: "shop", y: ["revenue"] }, columns, 3)).toEqual([
      "pie",
      "bar",
      "table",
    ]);
    expect(chartKinds({ type: "number", y: ["revenue"] }, columns, 1)).toEqual(["number"]);
  });
  it("offers nothing where nothing can be drawn", () => {
    expect(chartKinds(undefined, columns, 3)).toEqual([]);
    expect(chartKinds({ type: "table" }, columns, 3)).toEqual([]);
    expect(chartKinds({ type: "bar", x: "shop", y: ["revenue"] }, columns, 0)).toEqual([]);
    expect(chartKinds({ type: "bar", x: "shop", y: ["month"] }, columns, 3)).toEqual([]);
    expect(chartKinds({ type: "bar", x: "gone", y: ["revenue"] }, columns, 3)).toEqual([]);
    expect(chartKinds({ type: "sankey", x: "shop", y: ["revenue"] }, columns, 3)).toEqual([]);
  });
});

describe("chartData", () => {
  it("makes a series for each measure, and keeps gaps", () => {
    const data = chartData({ type: "line", x: "month", y: ["revenue", "orders"] }, "line", columns, rows);
    expect(data?.axis).toBe("time");
    expect(data?.series.map((series) => series.name)).toEqual(["revenue", "orders"]);
    expect(data?.series[0]?.points).toEqual([
      { x: Date.UTC(2026, 0, 1), y: 10, row: 0 },
      { x: Date.UTC(2026, 0, 1), y: 20, row: 1 },
      { x: Date.UTC(2026, 1, 1), y: null, row: 2 },
    ]);
  });
  it("splits one measure by a colour", () => {
    const data = chartData({ type: "bar", x: "month", y: ["revenue"], color: "shop" }, "bar", columns, rows);
    expect(data?.series.map((series) => series.name)).toEqual(["Harbour", "Station"]);
    expect(data?.categories).toEqual(
      ["1 Jan 2026", "1 Feb 2026"].map((_, at) => ["Jan 2026", "Feb 2026"][at]),
    );
  });
  it("draws the largest series and says how many it left out", () => {
    const many = Array.from({ length: 9 }, (_, at) => ["2026-01-01", `s${at}`, at, 0]);
    const data = chartData({ type: "bar", x: "month", y: ["revenue"], color: "shop" }, "bar", columns, many);
    expect(data?.series.map((series) => series.name)).toEqual(["s3", "s4", "s5", "s6", "s7", "s8"]);
    expect(data?.hiddenSeries).toBe(3);
  });
  it("draws the first categories and says how many it left out", () => {
    const many = Array.from({ length: 75 }, (_, at) => ["2026-01-01", `shop ${at}`, at, 0]);
    const data = chartData({ type: "bar", x: "shop", y: ["revenue"] }, "bar", columns, many);
    expect(data?.categories).toHaveLength(60);
    expect(data?.hiddenCategories).toBe(15);
    expect(data?.series[0]?.points).toHaveLength(60);
  });
  it("lays bars down when their names are long", () => {
    const long = [["2026-01-01", "A shop with a very long name", 1, 0]];
    expect(chartData({ type: "bar", x: "shop", y: ["revenue"] }, "bar", columns, long)?.horizontal).toBe(
      true,
    );
    expect(chartData({ type: "bar", x: "shop", y: ["revenue"] }, "bar", columns, rows)?.horizontal).toBe(
      false,
    );
  });
  it("reads numbers that came as text", () => {
    const big = [["2026-01-01", "a", "9007199254740993", 0]];
    expect(
      chartData({ type: "bar", x: "shop", y: ["revenue"] }, "bar", columns, big)?.series[0]?.points[0]?.y,
    ).toBe(2 ** 53);
  });
});
