// What a run survives: a reload, a lost network, a killed server, many tabs.
import assert from "node:assert/strict";
import { journey, visit } from "./journey.mjs";
import { startLeo } from "./leo.mjs";
import { ask, askSQL, card, ended, eventually, pick, slowSQL } from "./page.mjs";
import { openProxy } from "./proxy.mjs";

const TERMINAL = ["answered", "rejected", "failed", "needs_input", "cancelled"];
const idOf = (page) => new URL(page.url()).pathname.split("/").at(-1);

/** Each stage stands once on the card, and the log has one end. */
async function endedOnce(leo, page) {
  const stages = await card(page).getByRole("list", { name: "Stages" }).getByRole("listitem").allInnerTexts();
  const verbs = stages.map((stage) => stage.split("\n")[0]);
  assert.deepEqual(verbs, [...new Set(verbs)], "no stage is shown twice");
  const run = await leo.call(`/runs/${idOf(page)}`);
  const kinds = run.chain.events.map((event) => event.data.schema.split("/")[0]);
  assert.equal(kinds.filter((kind) => TERMINAL.includes(kind)).length, 1, `one end: ${kinds}`);
}

/** Asks something slow and waits until the sandbox works on it. */
async function askSlowly(leo, page, seconds) {
  await pick(page, "Climate sensors");
  await askSQL(page, await slowSQL(leo, seconds));
  await page.waitForURL(/\/runs\//);
  await eventually("the run being executed", async () =>
    (await leo.call(`/runs/${idOf(page)}`)).chain.events.some((event) =>
      event.data.schema.startsWith("started/"),
    ),
  );
}

journey("a run goes on through a reload while it works, and is shown once", async ({ leo, open }) => {
  const page = await open();
  await askSlowly(leo, page, 5);
  await page.reload();
  await page.locator("article[aria-busy=true]").waitFor();
  await ended(page);
  await endedOnce(leo, page);
  await page.reload();
  await ended(page);
  await endedOnce(leo, page);
});

journey(
  "a network that is lost while a run works is said, and the run is caught up with",
  async ({ leo, visits }) => {
    const proxy = await openProxy(leo.port);
    try {
      const behind = await visit({ ...leo, url: proxy.url }, { expect: [/net::ERR_/] });
      visits.push(behind);
      const { page } = behind;
      await askSlowly(leo, page, 5);
      proxy.cut();
      await page.getByText("Reconnecting…").waitFor();
      await eventually("the run ending on the server", async () => {
        const { status } = await leo.call(`/runs/${idOf(page)}`);
        return !["pending", "running"].includes(status);
      });
      assert.equal(await page.locator("article[aria-busy=true]").count(), 1, "the page cannot know yet");
      proxy.mend();
      await ended(page);
      assert.equal(await page.getByText("Reconnecting…").count(), 0);
      await endedOnce(leo, page);
    } finally {
      proxy.close();
    }
  },
);

journey("a browser that is offline for a moment catches up", async ({ leo, open, visits }) => {
  const page = await open({ expect: [/net::ERR_/] });
  await askSlowly(leo, page, 4);
  await visits[0].context.setOffline(true);
  await visits[0].context.setOffline(false);
  await ended(page);
  await endedOnce(leo, page);
});

journey(
  "a server killed in the middle of a run is said to be gone; back again, it ends the run once",
  async ({ leo, open }) => {
    const page = await open({ expect: [/net::ERR_/] });
    await askSlowly(leo, page, 6);
    await leo.kill();
    await page.getByText("Leo does not answer.").first().waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Try now" }).waitFor();
    await leo.restart();
    await ended(page, "Answered", 90_000);
    assert.equal(await page.getByText("Leo does not answer.").count(), 0);
    await endedOnce(leo, page);
    await ask(page, "How many readings are there for each location?");
    await card(page, 1).waitFor();
    await ended(page);
  },
  { start: () => startLeo("killed"), timeout: 240_000 },
);

journey(
  "two tabs show one conversation: the same run live, and what the other asked",
  async ({ leo, open, visits }) => {
    const first = await open();
    await askSlowly(leo, first, 8);
    const second = await open({ path: new URL(first.url()).pathname, context: visits[0].context });
    await second.locator("article[aria-busy=true]").waitFor();
    await Promise.all([ended(first), ended(second)]);
    await ask(first, "How many readings are there for each location?");
    await card(first, 1).waitFor();
    await ended(first);
    // A person who comes back to a tab makes it visible; headless Chromium shows every tab all the time.
    await second.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
    await card(second, 1).waitFor({ timeout: 10_000 });
    await ended(second);
  },
);

// Browsers give a host six connections, and a stream holds one. Tabs in the background give theirs back; headless
// Chromium shows every tab, so the test says which are hidden. A queue of slow statements keeps all of them waiting.
journey(
  "eight tabs with running questions do not keep one another from working",
  async ({ leo, open, visits }) => {
    const queue = [];
    for (let at = 0; at < 36; at++)
      queue.push((await leo.call("/runs", { dataset_id: "sensors", sql: await slowSQL(leo, 6) })).run_id);
    try {
      for (const id of queue.slice(-7)) {
        const page = await open({ path: `/runs/${id}`, context: visits[0]?.context });
        await page.locator("article[aria-busy=true]").waitFor();
        await page.evaluate(() => {
          Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
          document.dispatchEvent(new Event("visibilitychange"));
        });
      }
      const began = Date.now();
      const last = await open({ context: visits[0].context });
      await pick(last, "Online shop");
      await ask(last, "How many orders were placed in 2025?");
      await card(last).getByText("Planned", { exact: true }).waitFor({ timeout: 60_000 });
      const took = Date.now() - began;
      const { runs } = await leo.call("/runs?limit=50");
      const waiting = runs.filter(
        (run) => queue.includes(run.run_id) && ["pending", "running"].includes(run.status),
      );
      console.log(
        `      the eighth tab asked and was answered to after ${took} ms, with ${waiting.length} runs waiting`,
      );
      for (const id of queue) await leo.call(`/runs/${id}/cancel`, {}).catch(() => {});
      await ended(last, "Answered", 120_000);
    } finally {
      for (const id of queue) await leo.call(`/runs/${id}/cancel`, {}).catch(() => {});
    }
  },
);
