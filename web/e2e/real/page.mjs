// The words journeys are told in.

export const box = (page) => page.getByLabel("Question", { exact: true });

export const card = (page, at = -1) =>
  at < 0 ? page.getByRole("article").last() : page.getByRole("article").nth(at);

export async function ask(page, question) {
  await box(page).fill(question);
  await page.keyboard.press("Enter");
}

export const askSQL = (page, sql) => ask(page, "```sql\n" + sql + "\n```");

/** Waits until the newest card has ended, as the word says. */
export async function ended(page, word = "Answered", timeout = 45_000) {
  const last = card(page).and(page.locator("[aria-busy=false]"));
  await last.getByText(word, { exact: true }).first().waitFor({ timeout });
  return last;
}

/** Chooses a dataset in the picker. */
export async function pick(page, title) {
  await page.locator('button[aria-haspopup="listbox"]').click();
  await page.getByRole("option", { name: new RegExp(title) }).click();
  await page.getByRole("listbox").waitFor({ state: "detached" });
}

/** The run of the newest card, once the page is at its address: its card is there before. */
export const runOf = (page) =>
  eventually("the page of the newest run", async () => {
    const id = await page.evaluate(() =>
      [...document.querySelectorAll("section[id^=run-]")].at(-1)?.id.slice("run-".length),
    );
    return id !== undefined && page.url().endsWith(`/runs/${id}`) && id;
  });

export const overflows = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

/** The page has settled: nothing loads, no animation runs, fonts are there, and two frames were drawn. */
export async function settled(page) {
  await page.waitForLoadState("networkidle").catch(() => {});
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.allSettled(
      document
        .getAnimations()
        .filter((one) => one.effect?.getTiming().iterations !== Infinity)
        .map((one) => one.finished),
    );
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
}

/** Waits for a condition outside the page. */
export async function eventually(what, condition, ms = 20_000) {
  const until = Date.now() + ms;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > until) throw new Error(`never: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Waits until what is read is as wanted: a page draws what was done to it in its own time. */
export const becomes = (read, wanted) =>
  eventually(`${read} gives ${wanted}`, async () => (await read()) === wanted);

let factor;
let serial = 0;

/**
 * A statement that takes about so many seconds on this machine, and never comes from the cache: pairs of sensor
 * readings, as many as it takes.
 */
export async function slowSQL(leo, seconds) {
  const statement = (pairs) =>
    `SELECT count(*) AS pairs, round(sum(sqrt(abs(a.temp * b.temp))), 1) AS heat FROM sensors a, (SELECT temp FROM sensors LIMIT ${Math.max(1, Math.round(pairs))}) b WHERE b.temp > -${300 + ++serial}`;
  if (factor === undefined) {
    const { usage } = await leo.run({ dataset_id: "sensors", sql: statement(300) });
    factor = 300 / (Math.max(1, usage.exec_ms) / 1000);
  }
  return statement(factor * seconds);
}
