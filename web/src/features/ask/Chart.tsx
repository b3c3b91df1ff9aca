import { useEffect, useRef } from "react";
import type { ChartData } from "../../lib/chart";
import { init, type EChartsType } from "../../lib/echarts";
import { chartHeight, chartOption, drawn, readLook, type Datum } from "./chartOption";
import { usePointing } from "./pointing";

export default function Chart({ data, label }: { data: ChartData; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const { cell, point, show } = usePointing();

  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current, undefined, { renderer: "canvas" });
    chart.current = made;
    return () => {
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const made = chart.current;
    if (!made || !box.current) return;
    const draw = () => made.setOption(chartOption(data, readLook(), made.getWidth()), { notMerge: true });
    draw();
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    const resized = new ResizeObserver(() => {
      if (made.getWidth() === box.current?.clientWidth && made.getHeight() === box.current.clientHeight)
        return;
      made.resize();
      draw();
    });
    resized.observe(box.current);
    return () => {
      themed.disconnect();
      resized.disconnect();
    };
  }, [data]);

  useEffect(() => {
    const made = chart.current;
    if (!made) return;
    const rowOf = (event: unknown): number => (event as { data?: Datum }).data?.row ?? -1;
    made.on("mouseover", (event) => rowOf(event) >= 0 && point({ row: rowOf(event) }));
    made.on("mouseout", () => point(undefined));
    made.on("click", (event) => rowOf(event) >= 0 && show({ row: rowOf(event) }));
    return () => {
      if (made.isDisposed()) return;
      made.off("mouseover");
      made.off("mouseout");
      made.off("click");
    };
  }, [point, show]);

  useEffect(() => {
    const made = chart.current;
    if (!made || cell === undefined) return;
    const at = drawn(data)
      .map((series, seriesIndex) => ({
        seriesIndex,
        dataIndex: series.findIndex((one) => one.row === cell.row),
      }))
      .filter(({ dataIndex }) => dataIndex >= 0);
    for (const one of at) made.dispatchAction({ type: "highlight", ...one });
    return () => {
      if (made.isDisposed()) return;
      for (const one of at) made.dispatchAction({ type: "downplay", ...one });
    };
  }, [cell, data]);

  return <div ref={box} role="img" aria-label={label} style={{ height: chartHeight(data) }} />;
}
