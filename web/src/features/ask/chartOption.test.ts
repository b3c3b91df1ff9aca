import { describe, expect, it } from "vitest";
import { chartData, type ChartKind } from "../../lib/chart";
import type { ChartSpec, Column } from "../../lib/protocol";
import { chartHeight, chartOption, type Look } from "./chartOption";

const look: Look = {
  colors: ["#111", "#222"],
  ink: "#000",
  ink2: "#333",
  line: "#ccc",
  lineStrong: "#999",
  surface: "#fff",
  lit: "#00f",
  font: "sans-serif",
  still: true,
};
const columns: Column[] = [
  { name: "month", type: "DATE" },
  { name: "shop", type: "VARCHAR" },
  { name: "revenue", type: "DOUBLE" },
  { name: "orders", type: "BIGINT" },
];
const rows = [
  ["2026-01-01", "Harbour", 10, 1],
  ["2026-01-01", "Station", 20, 2],
  ["2026-02-01", "Harbour", 30, 3],
  ["2026-02-01", "Station", 15, 4],
];

interface Drawn {
  type: string;
  name: string;
  stack?: string;
  areaStyle?: { opacity: number };
  barCategoryGap?: string;
  data: { value: unknown; row: number }[];
}

function draw(spec: ChartSpec, kind: ChartKind) {
  const data = chartData(spec, kind, columns, rows);
  if (!data) throw new Error("nothing to draw");
  const option = chartOption(data, look, 800);
  return { data, option, series: option.series as Drawn[] };
}

describe("chartOption", () => {
  const byShop: ChartSpec = { type: "bar", x: "month", y: ["revenue"], color: "shop" };

  it("puts grouped bars beside and stacked bars on top of each other", () => {
    expect(draw(byShop, "bar").series.map((one) => [one.type, one.stack])).toEqual([
      ["bar", undefined],
      ["bar", undefined],
    ]);
    const stacked = draw({ ...byShop, stacked: true }, "bar").series;
    expect(stacked.map((one) => one.stack)).toEqual(["all", "all"]);
  });
  it("turns the names of a few bars where they have no room, and leaves none out", () => {
    const data = chartData({ type: "bar", x: "shop", y: ["revenue"] }, "bar", columns, rows);
    if (!data) throw new Error("nothing to draw");
    const label = (width: number) =>
      (chartOption(data, look, width).xAxis as { axisLabel: object }).axisLabel;
    expect(label(160)).toMatchObject({ rotate: 30, interval: 0 });
    expect(label(800)).not.toHaveProperty("rotate");
  });
  it("draws one line for each series, with a legend", () => {
    const { option, series } = draw({ ...byShop, type: "line" }, "line");
    expect(series.map((one) => [one.type, one.name])).toEqual([
      ["line", "Harbour"],
      ["line", "Station"],
    ]);
    expect(option.legend).toBeDefined();
  });
  it("fills areas, more where they are stacked", () => {
    const plain = draw({ ...byShop, type: "area" }, "area").series;
    const stacked = draw({ ...byShop, type: "area", stacked: true }, "area").series;
    expect(plain[0]?.areaStyle?.opacity).toBeLessThan(stacked[0]?.areaStyle?.opacity ?? 0);
    expect(stacked[0]?.stack).toBe("all");
  });
  it("scatters points, one series for each colour, that lead back to their rows", () => {
    const { series } = draw({ type: "scatter", x: "orders", y: ["revenue"], color: "shop" }, "scatter");
    expect(series.map((one) => [one.type, one.name])).toEqual([
      ["scatter", "Harbour"],
      ["scatter", "Station"],
    ]);
    expect(series[1]?.data).toEqual([
      { value: [2, 20], row: 1 },
      { value: [4, 15], row: 3 },
    ]);
  });
  it("leaves no gaps between the bins of a histogram", () => {
    const { series } = draw({ type: "histogram", x: "orders", y: ["revenue"], bin_width: 1 }, "histogram");
    expect(series[0]?.type).toBe("bar");
    expect(series[0]?.barCategoryGap).toBe("2%");
  });
  it("has no axes around a pie", () => {
    const { option, series } = draw({ type: "pie", x: "shop", y: ["orders"] }, "pie");
    expect(series[0]?.type).toBe("pie");
    expect(option.xAxis).toBeUndefined();
  });
  it("keeps small charts small and on one scale", () => {
    const spec: ChartSpec = { ...byShop, color: undefined, facet: "shop" };
    const data = chartData(spec, "bar", columns, rows, undefined, { name: "Station", rows: new Set([1, 3]) });
    if (!data) throw new Error("nothing to draw");
    expect(chartOption(data, look, 400).yAxis).toMatchObject({ min: 0, max: 30 });
    expect(chartHeight(data)).toBe(200);
  });
});
