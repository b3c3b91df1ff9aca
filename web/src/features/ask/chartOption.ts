import type { ChartData, Point, Series } from "../../lib/chart";
import { formatAxis, formatCount, formatDate, formatPercent } from "../../lib/format";

/** The page's colours and type, as the canvas needs them: it knows no CSS variables. */
export interface Look {
  colors: string[];
  ink: string;
  ink2: string;
  line: string;
  lineStrong: string;
  surface: string;
  lit: string;
  font: string;
  still: boolean;
}

export function readLook(): Look {
  const root = getComputedStyle(document.documentElement);
  const css = (name: string) => root.getPropertyValue(name).trim();
  return {
    colors: [1, 2, 3, 4, 5, 6].map((n) => css(`--c${n}`)),
    ink: css("--ink"),
    ink2: css("--ink-2"),
    line: css("--line"),
    lineStrong: css("--line-strong"),
    surface: css("--surface"),
    lit: css("--brand"),
    font: getComputedStyle(document.body).fontFamily.replaceAll(`"`, "'"),
    still: window.matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
}

/** One drawn value; `row` leads back to the table. */
export interface Datum {
  value: number | null | [string | number, number | null];
  row: number;
  name?: string;
}

/** Values in the order of the axis, one for each category, so that gaps stay gaps. */
function place(data: ChartData, series: Series): Datum[] {
  const datum = ({ x, y, row }: Point): Datum => ({ value: [x, y], row });
  if (data.axis !== "category" || data.kind === "scatter") return series.points.map(datum);
  const byCategory = new Map(series.points.map((point) => [String(point.x), point]));
  return data.categories.map((category) => {
    const point = byCategory.get(category);
    return { value: point?.y ?? null, row: point?.row ?? -1 };
  });
}

/** The data of every series, in the order they are drawn. */
export const drawn = (data: ChartData): Datum[][] =>
  data.kind === "pie"
    ? [(data.series[0]?.points ?? []).map(({ x, y, row }) => ({ name: String(x), value: y, row }))]
    : data.series.map((series) => place(data, series));

const axisTime = (data: ChartData, ms: number): string =>
  formatDate(new Date(ms).toISOString(), data.x.grain);

function tooltip(data: ChartData, look: Look) {
  return {
    trigger: data.kind === "pie" || data.kind === "scatter" ? "item" : "axis",
    confine: true,
    backgroundColor: look.surface,
    borderColor: look.lineStrong,
    padding: [6, 10],
    textStyle: { color: look.ink, fontSize: 13 },
    axisPointer: {
      type: data.kind === "bar" || data.kind === "histogram" ? "shadow" : "line",
      shadowStyle: { color: look.line, opacity: 0.35 },
    },
    valueFormatter: (value: unknown) => data.y.format(typeof value === "number" ? value : null),
  };
}

function axes(data: ChartData, look: Look, width: number) {
  const label = { color: look.ink2, fontSize: 12, hideOverlap: true };
  const values = {
    type: "value",
    scale: data.kind === "scatter",
    splitNumber: 4,
    ...(data.span ? { min: data.span[0], max: data.span[1] } : {}),
    axisLabel: { ...label, formatter: data.y.fraction ? formatPercent : formatAxis },
    splitLine: { lineStyle: { color: look.line } },
  };
  const time = (ms: unknown) => axisTime(data, Number(ms));
  // A few names that have no room beside each other are turned, not left out.
  const longest = Math.max(0, ...data.categories.map((name) => name.length));
  const turned =
    data.kind === "bar" &&
    !data.horizontal &&
    data.categories.length <= 8 &&
    data.categories.length * (longest + 2) * 6.5 > width - 60;
  const names = {
    type: data.axis,
    ...(data.axis === "category" ? { data: data.categories, inverse: data.horizontal } : {}),
    ...(data.axis === "time"
      ? { axisPointer: { label: { formatter: (p: { value: unknown }) => time(p.value) } } }
      : {}),
    ...(data.axis === "value" ? { scale: true } : {}),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: look.lineStrong } },
    splitLine: { show: false },
    axisLabel: {
      ...label,
      ...(data.horizontal ? { width: 180, overflow: "truncate" } : {}),
      ...(turned ? { rotate: 30, interval: 0, hideOverlap: false } : {}),
      ...(data.axis === "value" ? { formatter: formatAxis } : {}),
    },
  };
  return data.horizontal ? { xAxis: values, yAxis: names } : { xAxis: names, yAxis: values };
}

/** A few bars carry their values, all written the same way; many would only collide. */
function barLabel(data: ChartData, look: Look, width: number) {
  const room =
    data.series.length === 1 &&
    (data.horizontal ? data.categories.length <= 24 : data.categories.length * 68 < width);
  const largest = Math.max(0, ...(data.series[0]?.points ?? []).map((point) => Math.abs(point.y ?? 0)));
  const write = largest >= 1e6 ? formatAxis : largest >= 1000 ? formatCount : data.y.format;
  return {
    show: room && !data.stacked,
    position: data.horizontal ? "right" : "top",
    color: look.ink2,
    fontSize: 12,
    formatter: ({ value }: { value: unknown }) => (typeof value === "number" ? write(value) : ""),
  };
}

function oneSeries(data: ChartData, look: Look, width: number, name: string, values: Datum[]) {
  const lit = { itemStyle: { color: look.lit }, lineStyle: { width: 2 } };
  const common = { name, data: values, emphasis: lit, stack: data.stacked ? "all" : undefined };
  const round = data.horizontal ? [0, 3, 3, 0] : [3, 3, 0, 0];
  switch (data.kind) {
    case "line":
    case "area":
      return {
        ...common,
        type: "line",
        symbolSize: 6,
        showSymbol: values.length <= 40,
        lineStyle: { width: 2 },
        ...(data.kind === "area" ? { areaStyle: { opacity: data.stacked ? 0.6 : 0.16 } } : {}),
      };
    case "scatter":
      return { ...common, type: "scatter", symbolSize: 8, itemStyle: { opacity: 0.75 } };
    case "pie":
      return {
        ...common,
        type: "pie",
        radius: ["48%", "78%"],
        itemStyle: { borderColor: look.surface, borderWidth: 2 },
        label: { color: look.ink2, fontSize: 12, formatter: "{b}  {d}%" },
      };
    case "histogram":
      return { ...common, type: "bar", barCategoryGap: "2%", label: barLabel(data, look, width) };
    default:
      return {
        ...common,
        type: "bar",
        barMaxWidth: 40,
        itemStyle: { borderRadius: data.stacked ? 0 : round },
        label: barLabel(data, look, width),
      };
  }
}

/** The chart as the library wants it, for so many pixels of width. */
export function chartOption(data: ChartData, look: Look, width: number): Record<string, unknown> {
  const values = drawn(data);
  const legend = data.series.length > 1 && data.kind !== "pie";
  return {
    useUTC: true,
    animation: !look.still,
    animationDuration: 250,
    color: look.colors,
    textStyle: { color: look.ink2, fontFamily: look.font },
    tooltip: tooltip(data, look),
    ...(legend
      ? {
          legend: {
            type: "scroll",
            icon: "roundRect",
            padding: [4, 0],
            top: 0,
            left: 0,
            itemWidth: 12,
            itemHeight: 12,
            textStyle: { color: look.ink2 },
          },
        }
      : {}),
    ...(data.kind === "pie"
      ? {}
      : {
          grid: {
            left: 4,
            right: data.horizontal ? 56 : 16,
            top: legend ? 40 : 24,
            bottom: 4,
            outerBoundsMode: "same",
          },
          ...axes(data, look, width),
        }),
    series: values.map((one, at) => oneSeries(data, look, width, data.series[at]?.name ?? "", one)),
  };
}

export function chartHeight(data: ChartData): number {
  if (!data.horizontal) return data.span ? 200 : 280;
  const bars = data.categories.length * (data.stacked ? 1 : Math.min(data.series.length, 3));
  return Math.min(Math.max(bars * 26 + 56, 160), 620);
}
