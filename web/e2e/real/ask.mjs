import assert from "node:assert/strict";
import { journey } from "./journey.mjs";
import { ask, askSQL, becomes, box, card, ended, eventually, overflows, pick, runOf } from "./page.mjs";

journey("an answer arrives with its stages, chips, chart, table, facts and proof", async ({ leo, open }) => {
  const page = await open();
  await pick(page, "Help desk");
  await ask(page, "How many tickets are there by priority?");
  const answer = await ended(page);
  assert.match(await runOf(page), /^[0-9a-f-]{36}$/);
  const words = await answer.innerText();
  for (const part of [
    "Planned",
    "Ran query",
    "4 rows",
    "Wrote answer",
    "complete",
    "25,232 rows read",
    "Planned by rules",
  ])
    assert.ok(words.includes(part), `the card says ${part}:\n${words}`);
  assert.ok(
    (await answer.getByRole("list", { name: "How the question was read" }).count()) > 0,
    "chips say how it was read",
  );
  await answer.locator("canvas").first().waitFor();
  await answer.getByRole("grid").waitFor();
  await answer.getByRole("button", { name: "How this was computed" }).click();
  const code = answer.getByRole("region", { name: /Exactly what ran/ });
  await code.waitFor();
  const run = await leo.call(`/runs/${await runOf(page)}`);
  assert.equal(
    (await code.innerText()).trim(),
    run.compiled_sql.trim(),
    "what is shown is byte for byte what ran",
  );
});

journey(
  "SQL in the question box is offered as that, and words typed meanwhile are kept",
  async ({ leo, open }) => {
    const page = await open();
    await pick(page, "Help desk");
    await box(page).fill("SELECT priority, count(*) AS n FROM tickets GROUP BY priority");
    await page.getByRole("button", { name: "Run as SQL" }).click();
    await page.keyboard.press("/");
    await box(page).pressSequentially("and by month?");
    await ended(page);
    const run = await leo.call(`/runs/${await runOf(page)}`);
    assert.match(run.compiled_sql, /^SELECT priority/);
    assert.equal(await box(page).inputValue(), "and by month?");
    await page.goto(leo.url);
    assert.equal(await box(page).inputValue(), "", "it went along and is not offered to another question");
  },
);

journey("figures of the answer light up their cells, by mouse and by keyboard", async ({ open }) => {
  const page = await open();
  await pick(page, "Help desk");
  await ask(page, "How many tickets are there by priority?");
  const answer = await ended(page);
  await answer.getByRole("grid").waitFor();
  const figure = answer.getByRole("button", { name: /^\d[\d,.]*$/ }).first();
  const value = await figure.innerText();
  const cell = answer.getByRole("gridcell", { name: value, exact: true }).first();
  const colour = () => cell.evaluate((element) => getComputedStyle(element).backgroundColor);
  const plain = await colour();
  await figure.hover();
  await eventually(`hovering ${value} lights its cell`, async () => (await colour()) !== plain);
  await page.mouse.move(2, 2);
  await page.waitForFunction(
    ([element, was]) => getComputedStyle(element).backgroundColor === was,
    [await cell.elementHandle(), plain],
  );
  await figure.focus();
  await eventually(`focusing ${value} lights its cell`, async () => (await colour()) !== plain);
});

journey("what policy refuses is not run, and says so; it has not failed", async ({ open }) => {
  const page = await open();
  await pick(page, "Help desk");
  await askSQL(page, "DELETE FROM tickets");
  const refused = await ended(page, "Not run");
  const words = await refused.innerText();
  assert.match(words, /SQL_POLICY_VIOLATION/);
  assert.doesNotMatch(words, /\bFailed\b/);
  await askSQL(page, "SELECT no_such_column FROM tickets");
  const broken = await ended(page, "Failed");
  assert.match(await broken.innerText(), /no_such_column/);
});

journey(
  "a question that cannot be understood names the words, and keeps them to rephrase",
  async ({ open }) => {
    const page = await open({ viewport: { width: 390, height: 844 } });
    await ask(page, "frobnicate the quuxes");
    const refused = await ended(page, "Not run");
    assert.match(await refused.innerText(), /frobnicate/);
    assert.equal(await overflows(page), false);
    await refused.getByRole("button", { name: "Rephrase" }).click();
    await becomes(() => box(page).inputValue(), "frobnicate the quuxes");
  },
);

journey("a question with several readings is asked back, and the one chosen runs", async ({ open }) => {
  const page = await open();
  await pick(page, "Online shop");
  await ask(page, "revenue by category");
  await ended(page, "Needs a choice");
  const readings = card(page).getByRole("button", { name: /Run this/ });
  assert.ok((await readings.count()) > 0);
  await readings.first().click();
  await card(page, 1).waitFor();
  await ended(page);
  assert.equal(await page.getByRole("article").count(), 2);
});
