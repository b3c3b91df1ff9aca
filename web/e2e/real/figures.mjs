// How fast it feels, measured in the page. Printed, never judged: the machine may be busy.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { journey } from "./journey.mjs";
import { OUT } from "./leo.mjs";
import { box, ended, pick, settled } from "./page.mjs";

const ROUNDS = 20;
const sorted = (values) => [...values].sort((a, b) => a - b);
const quantile = (values, share) =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))];

function print(...lines) {
  for (const line of lines) console.log(`      ${line}`);
  appendFileSync(join(OUT, "figures.txt"), lines.join("\n") + "\n");
}
const row = (name, values) =>
  `${name.padEnd(50)} ${[quantile(values, 0.5), quantile(values, 0.95), sorted(values)[0]].map((ms) => ms.toFixed(1).padStart(9)).join(" ")}`;

/** From the press of Enter: when the card was on the screen, when its first event arrived, and was on the screen. */
function measureFirstEvent() {
  const times = {};
  window.leoTimes = times;
  const painted = (then) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => then(performance.now());
      port2.postMessage(0);
    });
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
        if (times.event === undefined && event instanceof MessageEvent && kind !== "progress") {
          times.event = performance.now();
          painted((now) => (times.eventPaint ??= now));
        }
        return listener(event);
      };
      super.addEventListener(kind, noted, options);
    }
  };
  new MutationObserver(() => {
    if (times.enter !== undefined && times.seen === undefined && document.querySelector("article")) {
      times.seen = true;
      painted((now) => (times.card = now));
    }
  }).observe(document, { subtree: true, childList: true });
}

journey(
  "how soon after Enter the card and the first event are on the screen",
  async ({ leo, open, visits }) => {
    const page = await open();
    await visits[0].context.addInitScript(measureFirstEvent);
    const card = [];
    const event = [];
    const shown = [];
    for (let round = 0; round <= ROUNDS; round++) {
      await page.goto(leo.url);
      await pick(page, "Help desk");
      await box(page).fill(`How many tickets were there by priority in ${2024 + (round % 3)}?`);
      await settled(page);
      await page.keyboard.press("Enter");
      await ended(page);
      const times = await page.evaluate(() => window.leoTimes);
      if (round === 0) continue;
      card.push(times.card - times.enter);
      event.push(times.event - times.enter);
      shown.push(times.eventPaint - times.enter);
    }
    print(
      `after Enter, ${ROUNDS} questions`.padEnd(50) + "    p50 ms       p95       min",
      row("the card is on the screen", card),
      row("its first event has arrived", event),
      row("its first event is on the screen", shown),
    );
  },
  { timeout: 300_000 },
);

/** Scrolls from the top to the end as a wheel would, a step each frame; how long each frame took. */
function scrollThrough(element, steps) {
  return new Promise((done) => {
    const frames = [];
    const step = Math.max(1, (element.scrollHeight - element.clientHeight) / steps);
    let last;
    const frame = (now) => {
      if (last !== undefined) frames.push(now - last);
      last = now;
      element.scrollTop += step;
      if (frames.length < steps) requestAnimationFrame(frame);
      else done(frames);
    };
    requestAnimationFrame(frame);
  });
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
  const table = page.locator("[role=table][aria-rowcount='10001']");
  await table.waitFor();
  const scroller = await table.evaluateHandle((element) => {
    for (let at = element; at; at = at.parentElement)
      if (at.scrollHeight > at.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(at).overflowY))
        return at;
    throw new Error("the table does not scroll");
  });
  const empty = await open({ path: "/icon.svg" });
  const nothing = await empty.evaluateHandle(() => document.documentElement);
  const STEPS = 300;
  const tableFrames = [];
  const emptyFrames = [];
  for (let round = 0; round < 3; round++) {
    await empty.bringToFront();
    emptyFrames.push(...(await nothing.evaluate(scrollThrough, STEPS)));
    await page.bringToFront();
    await scroller.evaluate((element) => (element.scrollTop = 0));
    await settled(page);
    tableFrames.push(...(await scroller.evaluate(scrollThrough, STEPS)));
  }
  const late = (frames) => ((100 * frames.filter((ms) => ms > 33.4).length) / frames.length).toFixed(1);
  const line = (name, frames) =>
    `${name.padEnd(50)} ${[quantile(frames, 0.5), quantile(frames, 0.95), sorted(frames).at(-1)].map((ms) => ms.toFixed(1).padStart(9)).join(" ")} ${late(frames).padStart(9)} %`;
  print(
    `frames, ${tableFrames.length} each`.padEnd(50) + "    p50 ms       p95     worst  over 33 ms",
    line("scrolling 10,000 rows", tableFrames),
    line("an empty page", emptyFrames),
    `ratio`.padEnd(50) +
      [0.5, 0.95]
        .map((q) => ` ${(quantile(tableFrames, q) / quantile(emptyFrames, q)).toFixed(2).padStart(9)}`)
        .join(""),
  );
});
