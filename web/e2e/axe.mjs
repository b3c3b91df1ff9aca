import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds on the page as it is now, a line for each violation. */
export async function violations(page, state) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const found = await page.evaluate(
    async (values) =>
      (await window.axe.run(document, { runOnly: { type: "tag", values } })).violations.map((v) => ({
        id: v.id,
        impact: v.impact,
        html: v.nodes[0].html,
        summary: v.nodes[0].failureSummary,
      })),
    RULES,
  );
  return found.map(
    (v) => `${state}: ${v.id} (${v.impact}) ${v.html.slice(0, 160)} ${v.summary.replaceAll(/\s+/g, " ")}`,
  );
}
