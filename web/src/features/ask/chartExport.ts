import type { ChartData } from "../../lib/chart";
import { init } from "../../lib/echarts";
import { chartHeight, chartOption, type Look } from "./chartOption";

/** A chart of an image, or one of several that share its title. */
export interface Part {
  name: string;
  data: ChartData;
}

const WIDTH = 960;
const PAD = 24;
const GAP = 24;
const TITLE = 40;
const NAME = 22;
const LINE = 18;
/** A raster image has this many pixels for each of the drawing's. */
const SCALE = 2;

const escape = (text: string): string =>
  text
    .replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`)
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, "");

const shorten = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;

/** One chart as the inside of an SVG, without its outer size. */
function draw(part: Part, look: Look, width: number): string {
  const height = chartHeight(part.data);
  const chart = init(null, undefined, { renderer: "svg", ssr: true, width, height });
  chart.setOption({ ...chartOption(part.data, look, width), animation: false });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

/**
 * Charts as one SVG with a title above and below them the lines that say where they come from, so that the image
 * still says what it shows. Several charts stand two in a row, each under its name.
 */
export function chartSvg(parts: Part[], look: Look, title: string, source: string[]): string {
  const columns = parts.length > 1 ? 2 : 1;
  const width = (WIDTH - 2 * PAD - (columns - 1) * GAP) / columns;
  const text = (x: number, y: number, size: number, ink: string, weight: number, words: string) =>
    `<text x="${x}" y="${y}" font-family="${escape(look.font)}" font-size="${size}" font-weight="${weight}" fill="${ink}">${escape(words)}</text>`;
  const named = parts.some((part) => part.name !== "") ? NAME : 0;
  const body: string[] = [];
  let top = PAD + (title ? TITLE : 0);
  for (let at = 0; at < parts.length; at += columns) {
    const row = parts.slice(at, at + columns);
    row.forEach((part, column) => {
      const x = PAD + column * (width + GAP);
      if (part.name) body.push(text(x, top + 14, 13, look.ink2, 600, shorten(part.name, 60)));
      body.push(`<g transform="translate(${x} ${top + named})">${draw(part, look, width)}</g>`);
    });
    top += named + Math.max(...row.map((part) => chartHeight(part.data))) + GAP / 2;
  }
  const height = top + source.length * LINE + PAD;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">`,
    `<rect width="${WIDTH}" height="${height}" fill="${look.surface}"/>`,
    title ? text(PAD, PAD + 18, 17, look.ink, 600, shorten(title, 100)) : "",
    ...body,
    ...source.map((line, at) => text(PAD, top + (at + 1) * LINE, 12, look.ink2, 400, shorten(line, 150))),
    "</svg>",
  ].join("");
}

/** The same as a PNG. */
export async function chartPng(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width * SCALE;
    canvas.height = image.height * SCALE;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no image"))), "image/png"),
    );
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
