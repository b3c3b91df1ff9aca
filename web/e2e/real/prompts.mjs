import assert from "node:assert/strict";
import { journey } from "./journey.mjs";
import { card, ended, pick } from "./page.mjs";

journey(
  "every prompt of the demo datasets is answered from its button",
  async ({ leo, open }) => {
    const page = await open();
    const { datasets } = await leo.call("/datasets");
    let count = 0;
    for (const { title, prompts } of datasets.filter((one) => one.demo)) {
      for (const prompt of prompts) {
        await page.goto(leo.url);
        await pick(page, title);
        await page.getByRole("button", { name: prompt, exact: true }).click();
        const answer = await ended(page);
        assert.ok(
          (await answer.getByRole("grid").or(answer.locator("canvas")).count()) > 0 ||
            (await answer.innerText()).length > 0,
        );
        assert.equal(await card(page).getAttribute("aria-label"), prompt);
        count += 1;
      }
    }
    assert.equal(count, 18);
    console.log(`      ${count} prompts answered in a browser`);
  },
  { timeout: 300_000 },
);
