// From the start to a copied link without a mouse, seeing at each step where one is.
import assert from "node:assert/strict";
import { journey, WIDE } from "./journey.mjs";
import { ended, settled } from "./page.mjs";

// The picker is labelled "Dataset" first, then with its value.
const PICKER = /^(Dataset|Online shop|Help desk|Climate sensors)/;
const MARGIN = 6;

/** What has the focus, as a person would name it. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (element === document.body) return undefined;
    const { x, y, width, height } = element.getBoundingClientRect();
    const name =
      element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;
    return { name: (name ?? "").trim().replaceAll(/\s+/g, " "), x, y, width, height };
  });

/** The pixels around the focused element differ from those without the focus. */
async function isFocusVisible(page, at) {
  const clip = {
    x: Math.max(0, at.x - MARGIN),
    y: Math.max(0, at.y - MARGIN),
    width: Math.max(1, Math.min(WIDE.width - Math.max(0, at.x - MARGIN), at.width + 2 * MARGIN)),
    height: Math.max(1, Math.min(WIDE.height - Math.max(0, at.y - MARGIN), at.height + 2 * MARGIN)),
  };
  const picture = () => page.screenshot({ clip, animations: "disabled" });
  const withFocus = await picture();
  const element = await page.evaluateHandle(() => document.activeElement);
  await element.evaluate((one) => one.blur());
  const without = await picture();
  await element.evaluate((one) => one.focus());
  return !withFocus.equals(without);
}

/** Presses Tab until the focus is on what is named, and checks each stop on the way. */
async function tabTo(page, name, seen) {
  const stops = [];
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    if (at === undefined) continue;
    stops.push(at.name.slice(0, 40));
    assert.notEqual(at.name, "", `a stop has no name, after ${stops.at(-2)}`);
    assert.ok(at.y < WIDE.height && at.y + at.height > 0, `${at.name} is in view`);
    if (!seen.has(at.name)) {
      assert.ok(await isFocusVisible(page, at), `the focus on "${at.name.slice(0, 60)}" can be seen`);
      seen.add(at.name);
    }
    if (name.test(at.name)) return;
  }
  assert.fail(`Tab does not reach ${name}: ${stops.join(" · ")}`);
}

journey(
  "the keyboard is enough, from the start to a copied link, and the focus can be seen",
  async ({ open }) => {
    const page = await open();
    const seen = new Set();
    await tabTo(page, PICKER, seen);
    await page.keyboard.press("Enter");
    await page.getByRole("listbox").waitFor();
    await page.keyboard.type("Help");
    await page.keyboard.press("Enter");
    await page.getByRole("listbox").waitFor({ state: "detached" });
    await page
      .getByRole("button", { name: /Help desk/ })
      .first()
      .waitFor();
    await page.locator("#question").waitFor();
    await page.keyboard.press("Escape");
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press("/");
    await page.keyboard.type("How many tickets are there by priority?");
    await page.keyboard.press("Enter");
    const answer = await ended(page);
    await answer.getByRole("grid").waitFor();
    await settled(page);
    await page.evaluate(() => document.activeElement.blur());
    await tabTo(page, /^Copy link$/, seen);
    await page.keyboard.press("Enter");
    await answer.getByText("Copied").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
    await tabTo(page, /^How this was computed$/, seen);
    await page.keyboard.press("Enter");
    await answer.getByRole("tab", { name: "SQL" }).waitFor();
    await settled(page);
    await tabTo(page, /^SQL$/, seen);
    await page.keyboard.press("ArrowRight");
    await answer.getByRole("tab", { name: "Plan", selected: true }).waitFor();
    console.log(`      ${seen.size} stops, each with a name and a focus that can be seen`);
  },
);
