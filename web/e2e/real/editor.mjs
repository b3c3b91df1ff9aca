// Statements that do not run: refused or failed, with the reason and one thing to do next.
import assert from "node:assert/strict";
import { journey } from "./journey.mjs";
import { askSQL, card, ended, pick } from "./page.mjs";

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
