// Statements that people write: completed, run and compared; and those that do not run, with one thing to do next.
import assert from "node:assert/strict";
import { violations } from "../axe.mjs";
import { journey, PHONE, shot, WIDE } from "./journey.mjs";
import { PYTHON } from "./leo.mjs";
import { ask, askSQL, becomes, box, card, ended, overflows, pick, runOf, settled } from "./page.mjs";

const STATEMENTS = [
  ["COPY orders TO 'x.csv'", "Not run", /COPY reads or writes files[\s\S]*SQL_POLICY_VIOLATION/],
  ["ATTACH 'x.db'", "Not run", /ATTACH opens or changes databases[\s\S]*SQL_POLICY_VIOLATION/],
  ["SELECT 1; SELECT 2", "Not run", /Only one statement may run[\s\S]*SQL_POLICY_VIOLATION/],
  ["SELECT no_such FROM orders", "Failed", /There is no column "no_such"[\s\S]*QUERY_ERROR/],
  ["SELEC 1", "Failed", /syntax error at or near "SELEC"[\s\S]*QUERY_ERROR/],
];

journey("what is refused is Not run and what breaks is Failed, each with one next step", async ({ open }) => {
  const page = await open();
  await pick(page, "Online shop");
  for (const [at, [sql, word, says]] of STATEMENTS.entries()) {
    await askSQL(page, sql);
    await card(page, at).waitFor();
    const words = await (await ended(page, word)).innerText();
    assert.match(words, says);
    assert.match(words, /Edit the statement/);
    assert.doesNotMatch(words, /Try again/, "what fails the same way again is not offered");
  }
});

const editor = (page, language = "SQL") => page.getByRole("textbox", { name: language, exact: true });
const mode = (page, name) =>
  page.getByRole("group", { name: "Language" }).getByRole("button", { name, exact: true });

/** The text of an editor; what was removed of an earlier one is shown between its lines, and is no part of it. */
const written = (page, language) =>
  editor(page, language).evaluate((one) =>
    [...one.querySelectorAll(".cm-line")]
      .filter((line) => !line.closest(".cm-deletedChunk"))
      .map((line) => line.textContent)
      .join("\n"),
  );

/** Puts a text into an editor as a person does, in place of what it holds. */
async function rewrite(page, text, language) {
  await editor(page, language).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
}

journey(
  "a proposed statement is changed in the editor, with its columns completed and the change shown",
  async ({ leo, open }) => {
    const page = await open();
    await pick(page, "Help desk");
    await ask(page, "How many tickets are there by priority?");
    const first = await ended(page);
    const parent = await runOf(page);
    await first.getByRole("button", { name: "Edit SQL" }).click();
    await editor(page).waitFor();
    const proposed = await written(page);
    await rewrite(page, "SELECT count(*) AS n, ");
    await page.keyboard.type("categ");
    const option = page.getByRole("option", { name: /^category/ });
    await option.waitFor();
    await settled(page);
    assert.deepEqual(await violations(page, "a column that is offered"), []);
    await page.keyboard.press("Enter");
    await option.waitFor({ state: "detached" });
    assert.equal(await written(page), "SELECT count(*) AS n, category");
    await page.keyboard.insertText("\nFROM tickets\nGROUP BY category\nORDER BY n DESC");
    const sql = "SELECT count(*) AS n, category\nFROM tickets\nGROUP BY category\nORDER BY n DESC";
    assert.equal(await written(page), sql);
    await page.getByText("Edited by you", { exact: true }).waitFor();
    await page.locator(".cm-deletedChunk").first().waitFor();
    await settled(page);
    assert.deepEqual(await violations(page, "an editor with its changes"), []);
    await shot(page, "editor-changes");
    await page.getByLabel("Show changes").uncheck();
    await page.locator(".cm-deletedChunk").first().waitFor({ state: "detached" });
    await editor(page).focus();
    await page.keyboard.press("ControlOrMeta+Enter");
    await card(page, 1).waitFor();
    const second = await ended(page);
    const run = await leo.call(`/runs/${await runOf(page)}`);
    assert.equal(run.parent_run_id, parent);
    assert.equal(run.compiled_sql.trim(), sql);
    await second.getByText("Edited by you", { exact: true }).waitFor();
    await second.getByRole("button", { name: "How this was computed" }).click();
    await second.getByRole("tab", { name: "Changes" }).click();
    const changes = second.getByLabel("SQL: what changed");
    await changes.waitFor();
    assert.match(await changes.innerText(), /GROUP BY category/);
    assert.ok(proposed.includes('GROUP BY "priority"'));
    assert.match(
      await changes.innerText(),
      /GROUP BY "priority"/,
      "what was proposed is there to compare with",
    );
  },
);

for (const scheme of ["light", "dark"])
  journey(`a refused edit keeps its text and says where it is wrong, ${scheme}`, async ({ open }) => {
    const page = await open({ scheme, viewport: scheme === "light" ? WIDE : PHONE });
    await pick(page, "Help desk");
    await mode(page, "SQL").click();
    await rewrite(page, "DELETE FROM tickets");
    await page.keyboard.press("ControlOrMeta+Enter");
    const refused = await ended(page, "Not run");
    assert.match(await refused.innerText(), /SQL_POLICY_VIOLATION/);
    await settled(page);
    assert.deepEqual(await violations(page, `refused, ${scheme}`), []);
    await refused.getByRole("button", { name: "Edit the statement" }).click();
    await editor(page).waitFor();
    assert.equal(await written(page), "DELETE FROM tickets");
    await settled(page);
    assert.deepEqual(await violations(page, `a refused statement in the editor, ${scheme}`), []);
    await shot(page, `editor-refused-${scheme}`);
    await rewrite(page, "SELECT no_such FROM tickets");
    await page.keyboard.press("ControlOrMeta+Enter");
    await card(page, 1).waitFor();
    const failed = await ended(page, "Failed");
    await failed.getByRole("button", { name: "Edit the statement" }).click();
    await page.locator(".cm-lintRange-error").waitFor();
    assert.equal(await page.locator(".cm-lintRange-error").innerText(), "no_such");
    await settled(page);
    assert.equal(await overflows(page), false);
    assert.deepEqual(await violations(page, `a failed statement in the editor, ${scheme}`), []);
    await shot(page, `editor-failed-${scheme}`);
    await rewrite(page, "SELECT count(*) AS n FROM tickets");
    await page.keyboard.press("ControlOrMeta+Enter");
    await card(page, 2).waitFor();
    assert.match(await (await ended(page)).innerText(), /25,232/);
  });

journey("each language keeps its text, over a reload as well, until it is sent", async ({ open }) => {
  const page = await open();
  await pick(page, "Help desk");
  await box(page).fill("How many tickets");
  await mode(page, "SQL").click();
  await rewrite(page, "SELECT count(*) AS n FROM tickets");
  if (PYTHON) {
    await mode(page, "Python").click();
    await rewrite(page, "result = len(tickets)", "Python");
  }
  await mode(page, "Question").click();
  await becomes(() => box(page).inputValue(), "How many tickets");
  await mode(page, "SQL").click();
  await becomes(() => written(page), "SELECT count(*) AS n FROM tickets");
  await page.reload();
  await editor(page).waitFor();
  assert.equal(await written(page), "SELECT count(*) AS n FROM tickets");
  if (PYTHON) {
    await mode(page, "Python").click();
    await becomes(() => written(page, "Python"), "result = len(tickets)");
    await mode(page, "SQL").click();
  }
  await mode(page, "Question").click();
  await becomes(() => box(page).inputValue(), "How many tickets");
  await mode(page, "SQL").click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await ended(page);
  await page.getByRole("link", { name: "New question" }).first().click();
  await page.waitForURL((url) => url.pathname === "/");
  await page.reload();
  await mode(page, "SQL").click();
  await editor(page).waitFor();
  assert.equal((await written(page)).includes("SELECT count"), false, "what was sent is not there again");
});

journey(
  "Python is written in its editor, runs, and is changed from its card",
  async ({ leo, open }) => {
    const page = await open({ scheme: "dark" });
    await pick(page, "Help desk");
    await mode(page, "Python").click();
    await rewrite(page, "result = tickets.groupby('priority').size()", "Python");
    await page.keyboard.press("ControlOrMeta+Enter");
    const first = await ended(page);
    const parent = await runOf(page);
    await first.getByRole("button", { name: "Edit Python" }).click();
    await rewrite(page, "result = tickets.groupby('category').size()", "Python");
    await page.locator(".cm-deletedChunk").first().waitFor();
    await settled(page);
    assert.deepEqual(await violations(page, "Python with its changes"), []);
    await shot(page, "editor-python-dark");
    await page.keyboard.press("ControlOrMeta+Enter");
    await card(page, 1).waitFor();
    const second = await ended(page);
    const run = await leo.call(`/runs/${await runOf(page)}`);
    assert.equal(run.parent_run_id, parent);
    const { result_preview: counted } = await leo.run({
      dataset_id: "support",
      sql: "SELECT category, count(*) FROM tickets GROUP BY 1 ORDER BY 1",
    });
    assert.deepEqual(
      run.result_preview.rows.map((row) => row.map(String)),
      counted.rows.map((row) => row.map(String)),
    );
    await second.getByText("Edited by you", { exact: true }).waitFor();
  },
  { skip: !PYTHON && "there is no Python root: make images" },
);
