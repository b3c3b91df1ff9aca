import { describe, expect, it } from "vitest";
import { chartData, chartFacets, chartKinds } from "./chart";
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

  it("names bins by their ends, and keeps those that are empty", () => {
    const bins: Column[] = [
      { name: "height_bin", type: "DOUBLE" },
      { name: "count", type: "BIGINT" },
    ];
    const spec = { type: "histogram", x: "height_bin", y: ["count"], bin_width: 0.5 };
    const data = chartData(spec, "histogram", bins, [
      [1, 4],
      [2, 6],
    ]);
    expect(data?.categories).toEqual(["1–1.5", "1.5–2", "2–2.5"]);
    expect(data?.series[0]?.points.map((point) => [point.x, point.y])).toEqual([
      ["1–1.5", 4],
      ["2–2.5", 6],
    ]);
    expect(data?.horizontal).toBe(false);
    expect(chartKinds(spec, bins, 2)).toEqual(["histogram", "table"]);
  });
  it("stacks bars and areas, but never lines", () => {
    const spec = { type: "bar", x: "month", y: ["revenue"], color: "shop", stacked: true };
    expect(chartData(spec, "bar", columns, rows)?.stacked).toBe(true);
    expect(chartData(spec, "area", columns, rows)?.stacked).toBe(true);
    expect(chartData(spec, "line", columns, rows)?.stacked).toBe(false);
  });
  it("colours points by a category", () => {
    const spec = { type: "scatter", x: "orders", y: ["revenue"], color: "shop" };
    const data = chartData(spec, "scatter", columns, rows);
    expect(data?.axis).toBe("value");
    expect(data?.series.map((series) => series.name)).toEqual(["Harbour", "Station"]);
    expect(data?.series[1]?.points).toEqual([{ x: 2, y: 20, row: 1 }]);
  });
});

describe("chartFacets", () => {
  const spec = { type: "bar", x: "month", y: ["revenue"], facet: "shop" };
  it("makes one small chart for each value, on the axes of all", () => {
    const facets = chartFacets(spec, columns, rows);
    expect(facets.map((facet) => facet.name)).toEqual(["Harbour", "Station"]);
    const small = facets.map((facet) => chartData(spec, "bar", columns, rows, undefined, facet));
    expect(small.map((data) => data?.categories)).toEqual([
      ["Jan 2026", "Feb 2026"],
      ["Jan 2026", "Feb 2026"],
    ]);
    expect(small.map((data) => data?.span)).toEqual([
      [0, 20],
      [0, 20],
    ]);
    expect(small[1]?.series[0]?.points).toEqual([{ x: "Jan 2026", y: 20, row: 1 }]);
  });
  it("is empty where nothing splits the result", () => {
    expect(chartFacets({ type: "bar", x: "month", y: ["revenue"] }, columns, rows)).toEqual([]);
    expect(chartFacets({ ...spec, facet: "gone" }, columns, rows)).toEqual([]);
  });
  it("draws lines along numbers in their own order, gaps last", () => {
    const hours = [
      ["Harbour", 14, 3],
      ["Harbour", 2, 1],
      ["Station", 9, 2],
      ["Station", null, 5],
    ];
    const spec = { type: "line", x: "hour", y: ["revenue"], color: "shop" };
    const of: Column[] = [
      { name: "shop", type: "VARCHAR" },
      { name: "hour", type: "BIGINT" },
      { name: "revenue", type: "DOUBLE" },
    ];
    expect(chartData(spec, "line", of, hours)?.categories).toEqual(["2", "9", "14", "–"]);
    expect(chartData(spec, "bar", of, hours)?.categories).toEqual(["14", "2", "9", "–"]);
    expect(chartKinds(spec, of, 4)).toEqual(["line", "bar", "table"]);
  });
  it("draws no point whose place on the axis is not known", () => {
    const of: Column[] = [
      { name: "humidity", type: "DOUBLE" },
      { name: "temp", type: "DOUBLE" },
    ];
    const points = chartData({ type: "scatter", x: "humidity", y: ["temp"] }, "scatter", of, [
      [40, 20],
      [null, 21],
    ])?.series[0]?.points;
    expect(points).toEqual([{ x: 40, y: 20, row: 0 }]);
  });
});
