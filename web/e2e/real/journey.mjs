// What every journey has: a browser, pages that are watched, and something to look at when it fails.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { openBrowser } from "../browser.mjs";
import { OUT, product, stopAll } from "./leo.mjs";

export const WIDE = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 780 };

let browser;
const theBrowser = () => (browser ??= openBrowser());

after(async () => {
  await (await browser)?.close();
  await stopAll();
});

/** Errors and warnings of the page, except those the journey provokes. */
function watch(page, url, expected) {
  const problems = [];
  const history = [];
  const note = (text) => history.push(`${new Date().toISOString()} ${text}`);
  page.on("console", (message) => {
    note(`console.${message.type()} ${message.text()} ${message.location().url}`);
    if (!["error", "warning"].includes(message.type())) return;
    const text = `${message.text()} ${message.location().url}`;
    if (!expected.some((pattern) => pattern.test(text))) problems.push(text);
  });
  page.on("pageerror", (error) => {
    note(`error ${error.stack}`);
    problems.push(String(error));
  });
  page.on("request", (request) => {
    const target = new URL(request.url());
    if (target.origin !== url && !["data:", "blob:"].includes(target.protocol))
      problems.push(`request to ${target}`);
  });
  page.on("response", (response) =>
    note(`${response.status()} ${response.request().method()} ${response.url()}`),
  );
  page.on("requestfailed", (request) =>
    note(`failed ${request.method()} ${request.url()} ${request.failure()?.errorText}`),
  );
  page.on("framenavigated", (frame) => note(`at ${frame.url()}`));
  return { problems, history };
}

/**
 * Opens a tab in a browser profile of its own. `expect` are patterns of console errors this visit provokes; the
 * console must be clean of all others, and nothing may be asked of another host.
 */
export async function visit(leo, options = {}) {
  const {
    path = "/",
    scheme = "light",
    viewport = WIDE,
    motion = "reduce",
    expect = [],
    context,
    before,
  } = options;
  const profile =
    context ??
    (await (
      await theBrowser()
    ).newContext({ colorScheme: scheme, viewport, reducedMotion: motion, acceptDownloads: true }));
  if (!context) {
    await profile.grantPermissions(["clipboard-read", "clipboard-write"], { origin: leo.url });
    await profile.addInitScript(() =>
      document.addEventListener("securitypolicyviolation", (event) =>
        console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`),
      ),
    );
  }
  await before?.(profile);
  const page = await profile.newPage();
  const watched = watch(page, leo.url, expect);
  await page.goto(leo.url + path);
  return {
    page,
    context: profile,
    ...watched,
    check: () =>
      assert.deepEqual(watched.problems, [], "the console is clean and no request leaves the host"),
  };
}

/** Words of the journeys to make; without any, all. */
const ONLY = process.argv.slice(2);

const slug = (name) =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/-$/, "")
    .slice(0, 80);

async function keepEvidence(name, leo, visits, error) {
  const dir = join(OUT, "failures", slug(name));
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "error.txt"), `${error.stack ?? error}\n`);
  for (const [at, one] of visits.entries()) {
    writeFileSync(join(dir, `page-${at + 1}.log`), one.history.join("\n") + "\n");
    await one.page.screenshot({ path: join(dir, `page-${at + 1}.png`), timeout: 5_000 }).catch(() => {});
  }
  if (leo) copyFileSync(leo.logFile, join(dir, "leo.log"));
  error.message += `\nKept in ${dir}`;
}

/**
 * A test with a browser. `start` gives the Leo it runs against, the shared one by default; `act` gets it and `open`,
 * which is visit() for this journey. All its pages are checked and closed at the end.
 */
export function journey(name, act, { start = () => product(), timeout = 180_000, skip = false } = {}) {
  // Not --test-name-pattern: with the last test filtered out, Node 20 waits for the product to end by itself.
  if (ONLY.length > 0 && !ONLY.some((word) => name.includes(word))) return;
  test(name, { timeout, skip }, async () => {
    const visits = [];
    let leo;
    try {
      leo = await start();
      const open = async (options) => {
        const one = await visit(leo, options);
        visits.push(one);
        return one.page;
      };
      await act({ leo, open, visits });
      for (const one of visits) one.check();
    } catch (error) {
      await keepEvidence(name, leo, visits, error);
      throw error;
    } finally {
      for (const one of visits) await one.context.close();
      if (leo && leo !== (await product())) await leo.stop();
    }
  });
}

/** A picture for people, in the artifacts. */
export async function shot(page, name) {
  const dir = join(OUT, "screens");
  mkdirSync(dir, { recursive: true });
  await page.screenshot({ path: join(dir, `${name}.png`) });
}
