// The audit: every run can be found, replayed step by step, and proven unaltered.
import assert from "node:assert/strict";
import { journey } from "./journey.mjs";
import { settled } from "./page.mjs";

const QUESTION = "How many products have fewer than 10 pieces in stock in each category?";

journey(
  "a run is found in the audit, replayed step by step on its card, and its chain verified",
  async ({ leo, open }) => {
    await leo.run({ dataset_id: "ecommerce", question: QUESTION });
    const page = await open({ path: "/audit" });
    await page.getByLabel("Words in any part of a run").fill("fewer than 10 pieces");
    const found = page.getByRole("main").getByText(QUESTION).first();
    await found.waitFor();
    await found.click();
    await page.waitForURL(/\/audit\/[0-9a-f-]{36}$/);
    const first = page.getByRole("button", { name: "First step" });
    await first.click();
    const card = page.getByRole("article");
    await settled(page);
    assert.equal(await card.getByRole("grid").count(), 0, "when it was asked there was no result");
    const forward = page.getByRole("button", { name: "One step forward" });
    const seen = [];
    for (let step = 1; step < 12 && (await forward.isEnabled()); step++) {
      await forward.click();
      seen.push(
        await page
          .getByText(/^Step \d+ of \d+/)
          .first()
          .innerText(),
      );
    }
    assert.equal(new Set(seen).size, seen.length, `each step is another: ${seen}`);
    assert.ok(seen.length >= 3, `asked, planned, started, executed, answered: ${seen}`);
    await card.getByRole("grid").waitFor();
    assert.match(await card.innerText(), /Answered/);
    await page.getByRole("button", { name: "Verify chain" }).click();
    await page.getByText(/^Verified: all \d+ events are the ones that were recorded\.$/).waitFor();
  },
);
