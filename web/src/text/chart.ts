/** The English of saving a chart; the rest of a chart's words are in index.ts. */
export const chartText = { png: "PNG", svg: "SVG", svgTitle: "Save chart as SVG" };
