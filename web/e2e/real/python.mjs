import assert from "node:assert/strict";
import { journey } from "./journey.mjs";
import { PYTHON } from "./leo.mjs";
import { box, card, ended, pick } from "./page.mjs";

const required = (process.env.LEO_REQUIRE ?? "").split(",").includes("python");

async function enter(page, ...lines) {
  for (const line of lines) {
    await box(page).pressSequentially(line);
    await page.keyboard.press("Enter");
  }
}

journey(
  "Python in a fence runs, prints, shows its result and its code, and is refused what is not allowed",
  async ({ open }) => {
    const page = await open();
    await pick(page, "Help desk");
    await enter(
      page,
      "```python",
      "print('rows:', len(tickets))",
      "result = tickets.groupby('priority').size()",
    );
    assert.equal((await box(page).inputValue()).split("\n").length, 4, "inside a fence Enter makes a line");
    await enter(page, "```");
    let answer = await ended(page);
    assert.match(await answer.innerText(), /rows: 25232/);
    assert.equal(await box(page).inputValue(), "");
    await answer.getByRole("button", { name: "How this was computed" }).click();
    await answer
      .getByRole("region", { name: /Exactly what ran/ })
      .getByText("groupby")
      .first()
      .waitFor();
    await enter(page, "```python", "print('just text')", "```");
    await card(page, 1).waitFor();
    answer = await ended(page);
    assert.match(await answer.innerText(), /just text/);
    assert.doesNotMatch(await answer.innerText(), /found no rows/);
    await enter(page, "```python", "import os", "result = os.listdir('/')", "```");
    await card(page, 2).waitFor();
    answer = await ended(page, "Not run");
    assert.match(await answer.innerText(), /module os is not available[\s\S]*PYTHON_POLICY_VIOLATION/);
  },
  { skip: !PYTHON && !required && "there is no Python root: make images" },
);
