// An answer changed part by part, where its interpretation says how the question was read.
import assert from "node:assert/strict";
import { violations } from "../axe.mjs";
import { journey, PHONE } from "./journey.mjs";
import { ask, card, ended, overflows, pick, settled } from "./page.mjs";

const QUESTION = "What was the total revenue by month in 2025, excluding cancelled orders?";
const chip = (of, name) => of.getByRole("button", { name });
const dialog = (page) => page.getByRole("dialog");

/** Applies what the open editor holds, and waits for the answer to it. */
async function apply(page, answers) {
  const button = dialog(page).getByRole("button", { name: "Apply" });
  await page.waitForFunction((one) => !one.disabled, await button.elementHandle());
  await button.press("Enter");
  await card(page, answers - 1).waitFor();
  return ended(page);
}

journey(
  "a period is one chip, and changing it makes a new version that leads back",
  async ({ leo, open }) => {
    const page = await open();
    await pick(page, "Online shop");
    await ask(page, QUESTION);
    const first = await ended(page);
    const parent = page.url().split("/").at(-1);
    await chip(first, /^Period: order_date is in 2025\. Edit$/).click();
    await dialog(page).getByRole("button", { name: "Last year" }).waitFor();
    assert.equal(await dialog(page).getByLabel("From", { exact: true }).inputValue(), "2025-01-01");
    assert.equal(await dialog(page).getByLabel("To", { exact: true }).inputValue(), "2025-12-31");
    assert.deepEqual(await violations(page, "the editor of a period"), []);
    await dialog(page).getByLabel("From", { exact: true }).fill("2025-07-01");
    const second = await apply(page, 2);
    const words = await second.innerText();
    assert.match(words, /Changed: order_date is in 2025 → order_date is from July 2025 to December 2025/);
    const run = await leo.call(`/runs/${page.url().split("/").at(-1)}`);
    assert.equal(run.parent_run_id, parent);
    assert.equal(run.usage?.input_tokens ?? 0, 0, "no model is asked");
    assert.equal(await second.getByRole("row").count(), 7, "a heading and six months");
    await second.getByRole("link", { name: "Back to the earlier version" }).click();
    await page.waitForURL(new RegExp(parent));
  },
);

journey("a chip is edited by keyboard alone, and Escape gives the focus back to it", async ({ open }) => {
  const page = await open({ viewport: PHONE, scheme: "dark" });
  await pick(page, "Help desk");
  await ask(page, "How many tickets are there by priority?");
  const answer = await ended(page);
  const grouping = chip(answer, /priority\. Edit$/).first();
  await grouping.focus();
  await page.keyboard.press("Enter");
  const column = dialog(page).getByRole("combobox", { name: "Column" });
  await column.waitFor();
  await settled(page);
  assert.equal(await overflows(page), false);
  assert.deepEqual(await violations(page, "an editor on a phone"), []);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
  await page.waitForFunction((one) => document.activeElement === one, await grouping.elementHandle());
  await page.keyboard.press("Enter");
  await column.focus();
  await page.keyboard.type("categ");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const second = await apply(page, 2);
  assert.match(await second.innerText(), /Changed: priority → category/);
});
