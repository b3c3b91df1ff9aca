// How fast it feels, measured in the page. Printed, never judged: the machine may be busy.
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { journey } from "./journey.mjs";
import { OUT } from "./leo.mjs";
import { box, ended, pick, settled } from "./page.mjs";

const ROUNDS = 20;
const sorted = (values) => [...values].sort((a, b) => a - b);
const quantile = (values, share) =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))];

const load = () =>
  `${cpus().length} CPUs, load ${loadavg()
    .map((one) => one.toFixed(1))
    .join(" ")}`;

/** Reads how long a page's main thread has had a processor, in milliseconds: what others do beside it hardly counts. */
async function cpuOf(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await cdp.send("Performance.getMetrics");
    return 1_000 * metrics.find((one) => one.name === "TaskDuration").value;
  };
}

function print(...lines) {
  for (const line of lines) console.log(`      ${line}`);
  appendFileSync(join(OUT, "figures.txt"), lines.join("\n") + "\n");
}
const row = (name, values) =>
  `${name.padEnd(50)} ${[quantile(values, 0.5), quantile(values, 0.95), sorted(values)[0]].map((ms) => ms.toFixed(1).padStart(9)).join(" ")}`;

/**
 * From the press of Enter: when the card was on the screen, when the first event was, and when the stream told of the
 * next one.
 */
function measureFirstEvent() {
  const times = {};
  window.leoTimes = times;
  // Right behind the frame, ahead of what the page has put off until then.
  window.leoPainted = (then) =>
    requestAnimationFrame(() =>
      scheduler.postTask(() => then(performance.now()), { priority: "user-blocking" }),
    );
  addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter") times.enter = event.timeStamp;
    },
    true,
  );
  const Native = window.EventSource;
  window.EventSource = class extends Native {
    addEventListener(kind, listener, options) {
      const noted = (event) => {
        times.told ??= performance.now();
        return listener(event);
      };
      super.addEventListener(kind, noted, options);
    }
  };
  const seen = { card: "article", event: "section[id^=run-] h2 + p > span" };
  new MutationObserver(() => {
    if (times.enter === undefined) return;
    for (const [name, selector] of Object.entries(seen)) {
      if (!document.querySelector(selector)) continue;
      delete seen[name];
      window.leoPainted((now) => (times[name] = now));
    }
  }).observe(document, { subtree: true, childList: true });
  // To ask the page from outside whether it is done takes its main thread from what is measured.
  window.leoEnded = new Promise((done) => {
    new MutationObserver(() => {
      const word = document.querySelector("article[aria-busy=false] > header > span")?.textContent;
      if (word) done(word);
    }).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["aria-busy"],
    });
  });
}

/** A page that does nothing but ask on Enter and draw what the server answers. */
function plainAsker(dataset) {
  document.body.textContent = "";
  addEventListener("keydown", async (event) => {
    const body = JSON.stringify({ dataset_id: dataset, question: window.leoPlain.question });
    const headers = { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() };
    const response = await fetch("/api/v1/runs", { method: "POST", headers, body });
    const told = await response.json();
    document.body.textContent = told.asked.data.time;
    window.leoPainted((now) => (window.leoPlain.drawn = { ms: now - event.timeStamp, run: told.run_id }));
  });
}

journey(
  "how soon after Enter the card and the first event are on the screen",
  async ({ leo, open }) => {
    const before = (profile) => profile.addInitScript(measureFirstEvent);
    const page = await open({ before });
    const cpu = await cpuOf(page);
    const plain = await open({ path: "/theme.js", expect: [/favicon\.ico/], before });
    await plain.evaluate(plainAsker, "support");
    const times = { card: [], event: [], told: [] };
    const floor = [];
    const work = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const question = `How many tickets were there by priority in ${2024 + (round % 3)}?`;
      await plain.bringToFront();
      await plain.evaluate((asked) => void (window.leoPlain = { question: asked }), question);
      await plain.keyboard.press("Enter");
      const bare = await (await plain.waitForFunction(() => window.leoPlain.drawn)).jsonValue();
      await (await fetch(`${leo.url}/api/v1/runs/${bare.run}/events`)).text();

      await page.bringToFront();
      await page.goto(leo.url);
      await pick(page, "Help desk");
      await box(page).fill(question);
      await page.getByRole("navigation", { name: "Conversations" }).waitFor();
      await settled(page);
      const end = page.evaluate(() => window.leoEnded);
      const start = await cpu();
      await page.keyboard.press("Enter");
      assert.equal(await end, "Answered");
      const used = (await cpu()) - start;
      const all = await page.evaluate(() => window.leoTimes);
      if (round === 0) continue;
      for (const [name, list] of Object.entries(times)) list.push(all[name] - all.enter);
      floor.push(bare.ms);
      work.push(used);
    }
    const ratio = (values) => (quantile(values, 0.5) / quantile(floor, 0.5)).toFixed(2).padStart(11);
    print(
      `after Enter, ${ROUNDS} questions (${load()})`.padEnd(50) + "    p50 ms       p95       min  p50 ratio",
      row("a page that only asks and draws the answer", floor) + ratio(floor),
      row("the card is on the screen", times.card) + ratio(times.card),
      row("its first event is on the screen", times.event) + ratio(times.event),
      row("its stream has told of the next one", times.told) + ratio(times.told),
      row("the page's processor time for the whole answer", work),
    );
  },
  { timeout: 300_000 },
);

/** Scrolls down by so many pixels each frame, and on from the top at the end; how long each frame took. */
function scrollBy([element, pixels, count]) {
  return new Promise((done) => {
    const frames = [];
    let last;
    const frame = (now) => {
      if (last !== undefined) frames.push(now - last);
      last = now;
      const end = element.scrollHeight - element.clientHeight;
      element.scrollTop = element.scrollTop >= end - 1 ? 0 : element.scrollTop + pixels;
      if (frames.length < count) requestAnimationFrame(frame);
      else done(frames);
    };
    requestAnimationFrame(frame);
  });
}

/** Lays the text of some rows out as a long table that nothing but the browser moves. */
function plainTable(text) {
  const lines = text.split("\n").slice(0, 400);
  const list = document.createElement("div");
  list.style.cssText = "height: 480px; overflow-y: auto; font: 14px sans-serif; columns: 1";
  for (let at = 0; at < 10_000; at++) {
    const row = document.createElement("div");
    row.style.height = "36px";
    row.textContent = Array.from({ length: 6 }, (_, cell) => lines[(at + cell) % lines.length]).join("  ");
    list.append(row);
  }
  document.body.replaceChildren(list);
  return list;
}

journey("how smoothly a result of 10,000 rows scrolls, against an empty page", async ({ leo, open }) => {
  const run = await leo.run({
    dataset_id: "sensors",
    sql: "SELECT * FROM sensors ORDER BY timestamp, sensor_id LIMIT 10000",
    limits: { max_rows: 10_000 },
  });
  const page = await open({ path: `/runs/${run.run_id}`, motion: "no-preference" });
  await ended(page);
  const all = page.getByRole("button", { name: "Show all 10,000 rows" });
  if (await all.isVisible()) await all.click();
  const table = page.locator("[role=grid][aria-rowcount='10001']");
  await table.waitFor();
  const scroller = await table.evaluateHandle((element) => {
    for (let at = element; at; at = at.parentElement)
      if (at.scrollHeight > at.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(at).overflowY))
        return at;
    throw new Error("the table does not scroll");
  });
  const other = { path: "/theme.js", expect: [/favicon\.ico/] };
  const empty = await open(other);
  const nothing = await empty.evaluateHandle(() => document.documentElement);
  // What drawing text costs here without any script: a browser without a graphics card paints every frame itself.
  const plain = await open(other);
  const text = await plain.evaluateHandle(plainTable, await table.evaluate((grid) => grid.innerText));
  const ROUNDS = 3;
  const FRAMES = 150;
  // A wheel turned fast, and the bar dragged from one end to the other within five seconds.
  const paces = { "scrolling 10,000 rows by wheel": 100, "dragging its bar from end to end": 320_000 / 300 };
  const PLAIN = "a plain page of the same text";
  const frames = { "an empty page": [], [PLAIN]: [] };
  const busy = {};
  const worked = await cpuOf(page);
  const plainWorked = await cpuOf(plain);
  for (let round = 0; round < ROUNDS; round++) {
    await empty.bringToFront();
    frames["an empty page"].push(...(await empty.evaluate(scrollBy, [nothing, 1, FRAMES])));
    await plain.bringToFront();
    const idle = await plainWorked();
    frames[PLAIN].push(...(await plain.evaluate(scrollBy, [text, 100, FRAMES])));
    busy[PLAIN] = (busy[PLAIN] ?? 0) + (await plainWorked()) - idle;
    await page.bringToFront();
    for (const [name, pixels] of Object.entries(paces)) {
      await scroller.evaluate((element) => (element.scrollTop = 0));
      await settled(page);
      const before = await worked();
      (frames[name] ??= []).push(...(await page.evaluate(scrollBy, [scroller, pixels, FRAMES])));
      busy[name] = (busy[name] ?? 0) + (await worked()) - before;
    }
  }
  const base = frames["an empty page"];
  const late = (all) => `${((100 * all.filter((ms) => ms > 33.4).length) / all.length).toFixed(1)} %`;
  print(
    `frames, ${base.length} each (${load()})`.padEnd(50) +
      "    p50 ms       p95     worst  over 33 ms  p50 ratio  p95 ratio",
  );
  for (const [name, all] of Object.entries(frames))
    print(
      name.padEnd(50) +
        [0.5, 0.95, 1].map((share) => quantile(all, share).toFixed(1).padStart(10)).join("") +
        late(all).padStart(12) +
        [0.5, 0.95]
          .map((share) => (quantile(all, share) / quantile(base, share)).toFixed(2).padStart(11))
          .join(""),
    );
  print("the page's processor time a frame".padEnd(50) + "        ms     ratio");
  for (const [name, ms] of Object.entries(busy))
    print(
      name.padEnd(50) +
        (ms / (ROUNDS * FRAMES)).toFixed(1).padStart(10) +
        (ms / busy[PLAIN]).toFixed(2).padStart(10),
    );
});
