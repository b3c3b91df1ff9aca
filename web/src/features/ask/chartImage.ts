import type { EChartsType } from "../../lib/echarts";
import type { Look } from "./chartOption";

const SCALE = 2;
const PAD = 16;
const TITLE = 34;
const SOURCE = 26;

/** Draws a chart with a title above and its source below, so that the image still says what it shows. */
export function chartImage(chart: EChartsType, look: Look, title: string, source: string): string {
  const canvas = document.createElement("canvas");
  const width = chart.getWidth() + 2 * PAD;
  const height = chart.getHeight() + TITLE + SOURCE + 2 * PAD;
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const pen = canvas.getContext("2d");
  if (!pen) return "";
  pen.scale(SCALE, SCALE);
  pen.fillStyle = look.surface;
  pen.fillRect(0, 0, width, height);
  pen.textBaseline = "middle";
  pen.fillStyle = look.ink;
  pen.font = `600 17px ${look.font}`;
  pen.fillText(title, PAD, PAD + 10, width - 2 * PAD);
  pen.fillStyle = look.ink2;
  pen.font = `12px ${look.font}`;
  pen.fillText(source, PAD, height - PAD - 4, width - 2 * PAD);
  const drawing = chart.renderToCanvas({ pixelRatio: SCALE, backgroundColor: look.surface });
  pen.drawImage(drawing, PAD, PAD + TITLE, chart.getWidth(), chart.getHeight());
  return canvas.toDataURL("image/png");
}
