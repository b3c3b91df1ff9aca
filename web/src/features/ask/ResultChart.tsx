import { ImageDown } from "lucide-react";
import { Component, Suspense, useMemo, useState, type ReactNode } from "react";
import { chartData, chartFacets, chartKinds, type ChartKind } from "../../lib/chart";
import { columnFormat } from "../../lib/format";
import type { Cell, ChartSpec, Column } from "../../lib/protocol";
import { chartText } from "../../text/chart";
import { Button } from "../../ui/Button";
import { Segmented } from "../../ui/Segmented";
import { text } from "../../text";
import type { Part } from "./chartExport";
import { usePointing } from "./pointing";
import { ahead, part } from "../../lib/part";

const loadChart = () => import("./Chart");
const Chart = part(loadChart);

/** Fetches the chart library ahead of the result that needs it. */
export const prefetchChart = () => ahead(loadChart);

interface Props {
  spec: ChartSpec | null | undefined;
  columns: Column[];
  rows: Cell[][];
  /** Columns shown as percentages. */
  fractions: Set<string>;
  /** What a saved image says about where it comes from. */
  source: string[];
}

export function ResultChart({ spec, columns, rows, fractions, source }: Props) {
  const kinds = useMemo(() => chartKinds(spec, columns, rows.length), [spec, columns, rows]);
  const [chosen, setChosen] = useState<ChartKind>();
  const kind = chosen && kinds.includes(chosen) ? chosen : kinds[0];
  if (!spec || kind === undefined) return null;
  if (kind === "number")
    return <BigNumbers spec={spec} columns={columns} rows={rows} fractions={fractions} />;
  return (
    <Broken>
      <Drawn
        spec={spec}
        columns={columns}
        rows={rows}
        fractions={fractions}
        source={source}
        kind={kind}
        kinds={kinds}
        onKind={setChosen}
      />
    </Broken>
  );
}

function Drawn({
  spec,
  columns,
  rows,
  fractions,
  source,
  kind,
  kinds,
  onKind,
}: Props & { spec: ChartSpec; kind: ChartKind; kinds: ChartKind[]; onKind: (kind: ChartKind) => void }) {
  const data = useMemo(
    () => (kind === "table" ? undefined : chartData(spec, kind, columns, rows, fractions)),
    [spec, kind, columns, rows, fractions],
  );
  const small = useMemo(
    () =>
      kind === "table"
        ? []
        : chartFacets(spec, columns, rows).map((facet) => ({
            facet,
            data: chartData(spec, kind, columns, rows, fractions, facet),
          })),
    [spec, kind, columns, rows, fractions],
  );
  const title = spec.title ?? "";
  const parts = useMemo<Part[]>(
    () =>
      small.length > 0
        ? small.flatMap(({ facet, data: own }) => (own ? [{ name: facet.name, data: own }] : []))
        : data
          ? [{ name: "", data }]
          : [],
    [small, data],
  );
  const save = async (format: "png" | "svg") => {
    const { chartPng, chartSvg } = await import("./chartExport");
    const { readLook } = await import("./chartOption");
    const svg = chartSvg(parts, readLook(), title, source);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(
      format === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await chartPng(svg),
    );
    link.download = `${(title || "chart").replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60)}.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  return (
    <figure className="space-y-2">
      <figcaption className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 flex-1 text-sm font-medium text-ink-2 max-sm:basis-full" title={spec.reason}>
          {title}
        </span>
        {parts.length > 0 && (
          <div className="flex">
            <Button
              kind="quiet"
              className="px-2"
              aria-label={text.chart.png}
              onPress={() => void save("png")}
            >
              <ImageDown size={14} aria-hidden />
              {chartText.png}
            </Button>
            <Button
              kind="quiet"
              className="px-2"
              aria-label={chartText.svgTitle}
              onPress={() => void save("svg")}
            >
              {chartText.svg}
            </Button>
          </div>
        )}
        <Segmented
          label={text.chart.switch}
          value={kind}
          options={kinds.map((id) => ({ id, label: text.chart.kind[id] }))}
          onChange={onKind}
        />
      </figcaption>
      {small.length > 0 && (
        <div className="grid gap-4 sm:grid-cols-2">
          {small.map(
            ({ facet, data: own }) =>
              own && (
                <section key={facet.name} className="min-w-0">
                  <h3 className="text-xs font-medium text-ink-2">{facet.name}</h3>
                  <Suspense fallback={<div className="late h-50 rounded-md bg-sunken" />}>
                    <Chart
                      data={own}
                      label={text.chart.describe(
                        text.chart.kind[kind],
                        `${title}, ${facet.name}`,
                        facet.rows.size,
                      )}
                    />
                  </Suspense>
                </section>
              ),
          )}
        </div>
      )}
      {data && small.length === 0 && (
        <Suspense fallback={<div className="late h-70 rounded-md bg-sunken" />}>
          <Chart data={data} label={text.chart.describe(text.chart.kind[kind], title, rows.length)} />
        </Suspense>
      )}
      {data && data.hiddenSeries > 0 && (
        <p className="text-xs text-ink-3">
          {text.chart.hiddenSeries(data.series.length, data.series.length + data.hiddenSeries)}
        </p>
      )}
      {data && data.hiddenCategories > 0 && (
        <p className="text-xs text-ink-3">
          {text.chart.hiddenCategories(
            data.categories.length,
            data.categories.length + data.hiddenCategories,
          )}
        </p>
      )}
    </figure>
  );
}

/** A result of one row is shown as what it is: a number, large. */
function BigNumbers({
  spec,
  columns,
  rows,
  fractions,
}: Omit<Props, "source" | "spec"> & { spec: ChartSpec }) {
  const { cell } = usePointing();
  const [row] = rows;
  return (
    <dl className="flex flex-wrap gap-x-10 gap-y-3">
      {columns.map((column, at) => {
        if (!spec.y?.includes(column.name)) return null;
        const value = row?.[at] ?? null;
        return (
          <div key={column.name} className="flex flex-col">
            <dt className="order-2 text-sm text-ink-3">{column.label ?? column.name}</dt>
            <dd
              title={value === null ? undefined : String(value)}
              className={`num -mx-1 rounded-sm px-1 text-2xl font-semibold tracking-tight ${cell?.column === column.name ? "bg-lit" : ""}`}
            >
              {columnFormat(column, [value], fractions.has(column.name)).format(value)}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** Whether the chart is a few large numbers that leave nothing for a table to say. */
export const saysEverything = (
  spec: ChartSpec | null | undefined,
  columns: Column[],
  rows: Cell[][],
): boolean =>
  spec?.type === "number" && rows.length === 1 && columns.every((column) => spec.y?.includes(column.name));

/** A chart that cannot be drawn must not take the answer with it. */
class Broken extends Component<{ children: ReactNode }, { broken: boolean }> {
  state = { broken: false };
  static getDerivedStateFromError = () => ({ broken: true });
  render() {
    return this.state.broken ? (
      <p className="text-sm text-ink-3">{text.chart.failed}</p>
    ) : (
      this.props.children
    );
  }
}
