// An answer changed part by part, where its interpretation says how the question was read.
import assert from "node:assert/strict";
import { violations } from "../axe.mjs";
import { journey, PHONE, shot } from "./journey.mjs";
import { ask, becomes, card, ended, overflows, pick, runOf, settled } from "./page.mjs";

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

/** Opens the editor of a chip, or of a part to be added. */
async function edit(of, name, kind) {
  const page = of.page();
  await chip(of, name).first().click();
  if (kind) await dialog(page).getByRole("button", { name: kind }).click();
  await dialog(page).getByRole("heading").waitFor();
}

/** Picks one of what a field suggests. */
async function suggest(page, field, typed, option) {
  const box = dialog(page).getByRole("combobox", { name: field, exact: true });
  await box.fill(typed);
  await page.getByRole("option", { name: option }).click();
  await page.getByRole("listbox").waitFor({ state: "detached" });
}

const numbers = (rows) =>
  rows.map((row) => row.map((cell) => (typeof cell === "number" ? cell.toFixed(2) : cell)));

/** The run at the page's address and its card show what the product answers to a statement that a person wrote. */
async function answers(leo, page, of, sql) {
  const [run, written] = [
    await leo.call(`/runs/${await runOf(page)}`),
    await leo.run({ dataset_id: "support", sql }),
  ];
  const { rows } = written.result_preview;
  assert.ok(rows.length > 0);
  assert.deepEqual(numbers(run.result_preview.rows), numbers(rows));
  const first = of.getByRole("row").nth(1).getByRole("gridcell");
  await first.first().waitFor();
  const cells = await first.allInnerTexts();
  const shown = Number(cells.at(-1).replaceAll(",", ""));
  assert.ok(Math.abs(shown - rows[0].at(-1)) < 0.06, `${cells} is ${rows[0]}`);
  return run;
}

journey(
  "measure, filter, sorting and limit are changed one by one, and each version leads back",
  async ({ leo, open }) => {
    const page = await open();
    await pick(page, "Help desk");
    await ask(page, "How many P1 tickets are there by category in 2025?");
    let answer = await ended(page);
    const year = "created_at >= DATE '2025-01-01' AND created_at < DATE '2026-01-01'";
    const grouped = (what, priority, then) =>
      `SELECT category, ${what} FROM tickets WHERE priority = '${priority}' AND ${year} GROUP BY 1 ORDER BY ${then}`;
    await answers(leo, page, answer, grouped("count(*)", "P1", "1"));
    const runs = [await runOf(page)];
    const version = async (changed, sql) => {
      answer = await apply(page, runs.length + 1);
      assert.match(await answer.innerText(), changed);
      const run = await answers(leo, page, answer, sql);
      assert.equal(run.parent_run_id, runs.at(-1));
      runs.push(await runOf(page));
    };

    await edit(answer, /^Filter: priority is "P1"\. Edit$/);
    await suggest(page, "Value", "P", /^P2 4,003$/);
    await version(/Changed: priority is "P1" → priority is "P2"/, grouped("count(*)", "P2", "1"));

    await edit(answer, /^Measure: number of rows/);
    await suggest(page, "Of column", "csat", /^csat_score/);
    await dialog(page).getByLabel("Compute", { exact: true }).selectOption("Average");
    await version(/Changed: number of rows.* → average of csat_score/, grouped("avg(csat_score)", "P2", "1"));

    await edit(answer, "Add to the interpretation", "A sorting");
    await version(/Changed: sorting added: /, grouped("avg(csat_score)", "P2", "2 DESC"));

    await edit(answer, /^Sorted by: /);
    await dialog(page).getByLabel("Direction", { exact: true }).selectOption("Lowest or oldest first");
    await version(/Changed: .*→/, grouped("avg(csat_score)", "P2", "2"));

    await edit(answer, /^Sorted by: /);
    await dialog(page).getByLabel("Sort by", { exact: true }).selectOption("category");
    await dialog(page).getByLabel("Direction", { exact: true }).selectOption("Highest or newest first");
    await version(/Changed: .*→ category/, grouped("avg(csat_score)", "P2", "1 DESC"));

    await edit(answer, "Add to the interpretation", "A limit");
    await dialog(page).getByLabel("Rows at most").fill("4");
    await version(/Changed: limit added: /, grouped("avg(csat_score)", "P2", "1 DESC LIMIT 4"));

    await edit(answer, /^Limit: /);
    await dialog(page).getByLabel("Rows at most").fill("2");
    await version(/Changed: .*4.* → .*2/, grouped("avg(csat_score)", "P2", "1 DESC LIMIT 2"));

    await answer.getByRole("button", { name: "How this was computed" }).click();
    await answer.getByRole("tab", { name: "Changes" }).click();
    await answer.getByLabel("SQL: what changed").waitFor();
    await answer.getByLabel("Plan: what changed").waitFor();
    await settled(page);
    assert.deepEqual(await violations(page, "what a version changed"), []);
    await shot(page, "chips-versions");

    const trail = answer.getByRole("group", { name: "Versions of this answer" });
    assert.equal(await trail.getByRole("link").count(), runs.length);
    assert.equal(await trail.locator("[aria-current]").innerText(), String(runs.length));
    for (let at = runs.length - 1; at > 0; at--) {
      const here = page.locator(`[id="run-${runs[at]}"]`);
      await here.getByRole("link", { name: "Back to the earlier version" }).click();
      await page.waitForURL(`**/runs/${runs[at - 1]}`);
    }
    const first = page.locator(`[id="run-${runs[0]}"]`);
    assert.equal(await first.getByRole("link", { name: "Back to the earlier version" }).count(), 0);
    assert.match(await first.innerText(), /priority is "P1"/);
  },
);

journey("a grouping is added, changed and removed by keyboard alone", async ({ leo, open }) => {
  const page = await open({ scheme: "dark" });
  await pick(page, "Help desk");
  await ask(page, "How many tickets are there by priority?");
  let answer = await ended(page);
  const counted = (...columns) =>
    `SELECT ${[...columns, "count(*)"].join(", ")} FROM tickets GROUP BY ALL ORDER BY ALL`;
  const press = async (button) => {
    await button.focus();
    await page.keyboard.press("Enter");
  };
  const column = () => dialog(page).getByRole("combobox", { name: "Column" });
  const choose = async (typed) => {
    await column().focus();
    await column().selectText();
    await page.keyboard.type(typed);
    await becomes(() => column().inputValue(), typed);
    const fits = page.getByRole("option", { name: new RegExp(`^${typed}`) });
    await page.getByRole("option").first().and(fits).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
  };

  await press(chip(answer, "Add to the interpretation"));
  await press(dialog(page).getByRole("button", { name: "A grouping" }));
  await choose("categ");
  answer = await apply(page, 2);
  assert.match(await answer.innerText(), /Changed: grouped by added: category/);
  await answers(leo, page, answer, counted("priority", "category"));

  await press(chip(answer, /^Grouped by: category\. Edit$/));
  await choose("sla");
  answer = await apply(page, 3);
  assert.match(await answer.innerText(), /Changed: category → sla_met/);
  await answers(leo, page, answer, counted("priority", "sla_met"));

  await press(chip(answer, /^Grouped by: sla_met\. Edit$/));
  await press(dialog(page).getByRole("button", { name: "Remove" }));
  await settled(page);
  assert.deepEqual(await violations(page, "a part about to be removed"), []);
  answer = await apply(page, 4);
  assert.match(await answer.innerText(), /Changed: grouped by removed: sla_met/);
  await answers(leo, page, answer, counted("priority"));
});

journey("a common period is one press on a phone", async ({ leo, open }) => {
  const page = await open({ viewport: PHONE });
  await pick(page, "Help desk");
  await ask(page, "How many tickets are there by priority in 2025?");
  const answer = await ended(page);
  await edit(answer, /^Period: created_at is in 2025\. Edit$/);
  const preset = dialog(page).getByRole("button", { name: "This year" });
  await preset.click();
  await becomes(() => preset.getAttribute("aria-pressed"), "true");
  await settled(page);
  assert.equal(await overflows(page), false);
  assert.deepEqual(await violations(page, "a preset on a phone"), []);
  await shot(page, "chips-period-phone");
  const parent = await runOf(page);
  const second = await apply(page, 2);
  assert.match(await second.innerText(), /Changed: created_at is in 2025 → created_at is .*this year/);
  const run = await leo.call(`/runs/${await runOf(page)}`);
  assert.equal(run.parent_run_id, parent);
  const now = new Date(run.times.asked_at).getUTCFullYear();
  const { result_preview: written } = await leo.run({
    dataset_id: "support",
    sql: `SELECT priority, count(*) FROM tickets WHERE year(created_at) = ${now} GROUP BY 1 ORDER BY 1`,
  });
  assert.deepEqual(run.result_preview.rows, written.rows);
  assert.equal(await overflows(page), false);
});

journey(
  "a period is one chip, and changing it makes a new version that leads back",
  async ({ leo, open }) => {
    const page = await open();
    await pick(page, "Online shop");
    await ask(page, QUESTION);
    const first = await ended(page);
    const parent = await runOf(page);
    await chip(first, /^Period: order_date is in 2025\. Edit$/).click();
    await dialog(page).getByRole("button", { name: "Last year" }).waitFor();
    assert.equal(await dialog(page).getByLabel("From", { exact: true }).inputValue(), "2025-01-01");
    assert.equal(await dialog(page).getByLabel("To", { exact: true }).inputValue(), "2025-12-31");
    assert.deepEqual(await violations(page, "the editor of a period"), []);
    await dialog(page).getByLabel("From", { exact: true }).fill("2025-07-01");
    const second = await apply(page, 2);
    const words = await second.innerText();
    assert.match(words, /Changed: order_date is in 2025 → order_date is from July 2025 to December 2025/);
    const run = await leo.call(`/runs/${await runOf(page)}`);
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
