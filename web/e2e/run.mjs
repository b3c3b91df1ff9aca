// Drives the built page in a real Chromium against the mock server: every state, by mouse and keyboard, through
// cut streams and a dead server, and each state through axe in both themes.  npm run e2e [name…]
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { startMock } from "../dev/mock.mjs";
import { FAULT_CODES } from "../dev/scenarios.mjs";
import { violations } from "./axe.mjs";
import { openBrowser } from "./browser.mjs";

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 360, height: 780 };

const browser = await openBrowser();

/** Opens the page and collects what must not happen: console noise, errors, requests elsewhere. */
async function visit(mock, { scheme = "light", viewport = WIDE, path = "/", expect401 = false } = {}) {
  const context = await browser.newContext({
    colorScheme: scheme,
    viewport,
    reducedMotion: "reduce",
    acceptDownloads: true,
  });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: mock.url });
  const page = await context.newPage();
  const problems = [];
  page.on("console", (message) => {
    const refused = /Failed to load resource|net::ERR_/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !refused) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== mock.url && !["data:", "blob:"].includes(url.protocol))
      problems.push(`request to ${url}`);
  });
  await page.goto(mock.url + path);
  if (path === "/" && !expect401) await page.getByText("What do you want to know?").waitFor();
  const close = async () => {
    assert.deepEqual(problems, []);
    await context.close();
  };
  return { page, context, problems, close };
}

/** Violations fail at once, or are collected to be shown together. */
async function axe(page, state, collected) {
  const told = await violations(page, state);
  if (collected) collected.push(...told);
  else assert.deepEqual(told, []);
}

const box = (page) => page.getByLabel("Question", { exact: true });
const card = (page, at = -1) =>
  at < 0 ? page.getByRole("article").last() : page.getByRole("article").nth(at);

async function ask(page, question) {
  await box(page).fill(question);
  await page.keyboard.press("Enter");
}
async function until(page, word) {
  await card(page).getByText(word, { exact: true }).first().waitFor();
}
/** Waits until what is read is as wanted: a page draws what was done to it in its own time. */
async function becomes(read, wanted) {
  for (const end = Date.now() + 20_000; ;) {
    const found = await read();
    if (found === wanted) return;
    assert.ok(Date.now() < end, `it stays ${found}, not ${wanted}: ${read}`);
  }
}
const overflows = (page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

const tests = {
  async "every state passes axe, in light and dark"() {
    const mock = await startMock();
    const found = [];
    let states = 0;
    for (const scheme of ["light", "dark"]) {
      const reach = {
        empty: async (page) => page.getByText("Tables and columns").click(),
        running: async (page) => {
          await ask(page, "A slow question");
          await page.getByText("Running the query").first().waitFor();
        },
        answered: async (page) => {
          await ask(page, "Revenue by shop");
          await until(page, "Answered");
          await page.locator("canvas").first().waitFor();
          await page.getByRole("grid").waitFor();
        },
        rejected: async (page) => {
          await ask(page, "Which florbs were wibbled");
          await until(page, "Not run");
        },
        failed: async (page) => {
          await ask(page, "A timeout of the query");
          await until(page, "Failed");
        },
        needs_input: async (page) => {
          await ask(page, "Which is the best tea?");
          await until(page, "Needs a choice");
        },
        truncated: async (page) => {
          await ask(page, "List every sale");
          await until(page, "Answered");
          await page.getByRole("grid").waitFor();
        },
        picker: async (page) => {
          await page.getByRole("button", { name: /Tea shop/ }).click();
          await page.getByRole("option", { name: /Old export/ }).waitFor();
        },
        broken_dataset: async (page) => {
          await page.getByRole("button", { name: /Tea shop/ }).click();
          await page.getByRole("option", { name: /Old export/ }).click();
          await page.getByText("Line 3 of export.csv").waitFor();
        },
        upload: async (page) => {
          await page.getByRole("button", { name: "Add data" }).click();
          await page.getByRole("dialog").waitFor();
        },
        keys: async (page) => {
          await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
          await page.getByRole("dialog").waitFor();
        },
      };
      for (const [name, act] of Object.entries(reach)) {
        const { page, close } = await visit(mock, { scheme });
        await act(page);
        states += 1;
        await page.waitForTimeout(300);
        await axe(page, `${name} ${scheme}`, found);
        if (name === "answered") {
          await page.getByRole("button", { name: "How this was computed" }).click();
          for (const tab of ["Sentence", "SQL", "Plan", "Numbers", "Limits", "Checks", "Log", "Proof"]) {
            await page.getByRole("tab", { name: tab }).click();
            await page.waitForTimeout(150);
            await axe(page, `details ${tab} ${scheme}`, found);
            states += 1;
          }
        }
        await close();
      }
    }
    await mock.stop();
    assert.deepEqual(found, []);
    console.log(`      ${states} states, 0 violations`);
  },

  async "an answer arrives with its proof"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    let send;
    const held = new Promise((done) => (send = done));
    await page.route("**/api/v1/runs", async (route) => {
      if (route.request().method() === "POST") await held;
      await route.continue();
    });
    await ask(page, "Revenue by shop");
    await card(page).waitFor();
    assert.equal(mock.runs.size, 0, "a card shows before the server has answered");
    send();
    await until(page, "Answered");
    assert.match(page.url(), /\/runs\/01mock/);
    assert.equal(await page.title(), "Revenue by shop · Leo");
    const words = await card(page).innerText();
    for (const part of [
      "Planned",
      "Opened sandbox",
      "Ran query",
      "6 rows",
      "Wrote answer",
      "sum of amount",
      "complete",
      "48,210 rows read, 24,105 kept",
      "data 5be1c0ff",
      "native sandbox",
      "Planned by rules",
    ]) {
      assert.ok(words.includes(part), `the card says ${part}`);
    }
    await page.getByRole("button", { name: "How this was computed" }).click();
    await page
      .getByText(/^Exactly what ran, in DuckDB;/)
      .first()
      .waitFor();
    const sql = await page.getByRole("region", { name: /Exactly what ran/ }).innerText();
    assert.match(sql, /^SELECT "shop", SUM\("amount"\) AS "revenue"\nFROM "sales"\nWHERE/);
    await page.getByRole("button", { name: "Copy SQL" }).click();
    await becomes(() => page.evaluate(() => navigator.clipboard.readText()), sql.trimEnd());
    await page.getByRole("tab", { name: "Proof" }).click();
    const [run] = [...mock.runs.values()];
    await page.getByText(run.head).first().waitFor();
    await close();
    await mock.stop();
  },

  async "a figure lights its cell, and the table sorts and copies"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await ask(page, "Revenue by shop");
    await until(page, "Answered");
    const cell = page.getByRole("gridcell", { name: "90,211.30" });
    const color = () => cell.evaluate((element) => getComputedStyle(element).backgroundColor);
    const plain = await color();
    const lit = async (want) => {
      for (const end = Date.now() + 10_000; ((await color()) !== plain) !== want;)
        assert.ok(Date.now() < end, want ? "the cell is not lit" : "the cell stays lit");
    };
    await page.getByRole("button", { name: "90,211.30" }).hover();
    await lit(true);
    await page.mouse.move(5, 5);
    await lit(false);
    await page.getByRole("button", { name: "90,211.30" }).focus();
    await lit(true);
    const column = () =>
      page
        .getByRole("row")
        .evaluateAll((rows) => rows.slice(1).map((row) => row.lastElementChild.textContent));
    const header = page.getByRole("columnheader", { name: "revenue" });
    await header.getByRole("button").click();
    await becomes(() => header.getAttribute("aria-sort"), "descending");
    await header.getByRole("button").click();
    await becomes(() => header.getAttribute("aria-sort"), "ascending");
    await becomes(async () => (await column())[0], "90,211.30");
    await page.getByRole("button", { name: "Copy table" }).click();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await becomes(async () => (await copied()).split("\n")[1], "Airport\t90211.3");
    await close();
    await mock.stop();
  },

  async "a chart can be another, be hidden, and be saved"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await ask(page, "Revenue by month in 2025");
    await until(page, "Answered");
    await page.locator("canvas").first().waitFor();
    await page.getByRole("radio", { name: "Bar" }).click();
    await page.getByRole("img", { name: /^Bar chart: Revenue by month/ }).waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save chart as PNG" }).click();
    assert.equal((await download).suggestedFilename(), "Revenue-by-month-2025.png");
    const drawing = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save chart as SVG" }).click();
    assert.equal((await drawing).suggestedFilename(), "Revenue-by-month-2025.svg");
    const svg = readFileSync(await (await drawing).path(), "utf8");
    for (const part of ["Revenue by month in 2025", "tea-shop", "data 5be1c0ff", "<path"])
      assert.ok(svg.includes(part), `the drawing has ${part}`);
    await page.getByRole("radio", { name: "Table only" }).click();
    await becomes(() => page.locator("canvas").count(), 0);
    await close();
    await mock.stop();
  },

  async "a cut result says so, and all its rows can be seen"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await ask(page, "List every sale");
    await until(page, "Answered");
    await page.getByText("First 1,000 of at least 1,001 rows.", { exact: true }).waitFor();
    await page.getByText("Table: First 1,000 of at least 1,001 rows.").waitFor();
    await page.getByText("Files: First 1,000 of at least 1,001 rows.").waitFor();
    await page.getByRole("button", { name: "Run again for 5,000 rows" }).waitFor();
    await page.getByText("The first 200 of 1,000 rows are shown.").waitFor();
    await page.getByRole("button", { name: "Show all 1,000 rows" }).click();
    await page.locator("[role=grid][aria-rowcount='1001']").waitFor();
    const drawn = await page.getByRole("row").count();
    assert.ok(drawn < 60, `${drawn} rows are in the page`);
    const grid = page.getByRole("grid");
    await grid.focus();
    await page.keyboard.press("Control+End");
    await page.locator("[role=row][aria-rowindex='1001']").waitFor();
    await page.keyboard.press("Shift+ArrowUp");
    await page.getByText("2 rows selected").waitFor();
    await page.keyboard.press("Control+C");
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).split("\n").length === 3);
    await page.keyboard.press("Enter");
    await page.getByText(/, row 999$/).waitFor();
    await axe(page, "a cell read in full");
    await page.keyboard.press("Control+Home");
    await page.locator("[role=row][aria-rowindex='2']").waitFor();
    await close();
    await mock.stop();
  },

  async "a stream that is cut goes on where it was, once"() {
    const mock = await startMock({ cutAfter: 1 });
    const { page, close } = await visit(mock);
    await ask(page, "Revenue by shop");
    await page.getByText("Reconnecting…").waitFor();
    await until(page, "Answered");
    assert.equal(await page.getByText("Ran query").count(), 1);
    assert.equal(await page.getByText("Reconnecting…").count(), 0);
    await page.waitForTimeout(700);
    assert.equal(mock.openStreams(), 0);
    await close();
    await mock.stop();
  },

  async "a dead server is named, and the run goes on when it is back"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await ask(page, "A slow question");
    await page.getByText("Running the query").first().waitFor();
    await mock.stop();
    await page.getByText("Leo does not answer.").first().waitFor({ timeout: 20_000 });
    await axe(page, "down");
    await mock.restart();
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByText("Leo does not answer.").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Stop" }).click();
    await until(page, "Stopped");
    await close();
    await mock.stop();
  },

  async "a question nobody received is kept and can be sent again"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await mock.stop();
    await ask(page, "Revenue by shop");
    await page.getByText("Leo does not answer.").waitFor();
    await mock.restart();
    await page.getByRole("button", { name: "Check the connection" }).click();
    await until(page, "Answered");
    assert.equal(mock.runs.size, 1);
    await close();
    await mock.stop();
  },

  async "a refused question shows why"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await ask(page, "refuse me");
    await page.getByText("Too many questions at once.").waitFor();
    await page.getByText("RATE_LIMITED").waitFor();
    await page.getByRole("button", { name: "Try again" }).waitFor();
    assert.equal(await box(page).inputValue(), "refuse me");
    await close();
    await mock.stop();
  },

  async "every fault has one next step"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    const steps =
      /^(Edit the statement|Rephrase|Ask a question instead|Try again|Run again w.*|Sign in again|Check the connection|amount)$/;
    for (const code of FAULT_CODES) {
      await page.goto(mock.url);
      await ask(page, `fault ${code}`);
      await card(page).getByText(code, { exact: true }).waitFor();
      await card(page).getByRole("button", { name: steps }).first().waitFor();
      assert.equal(await card(page).getByRole("button", { name: steps }).count(), 1, code);
    }
    await close();
    await mock.stop();
  },

  async "a statement is edited where its fault is, by keyboard, and kept when it is refused again"() {
    for (const scheme of ["light", "dark"]) {
      const mock = await startMock();
      const { page, close } = await visit(mock, { scheme, viewport: scheme === "dark" ? NARROW : WIDE });
      await ask(page, "fault QUERY_ERROR");
      await page.getByRole("button", { name: "Edit the statement" }).press("Enter");
      await page.locator(".cm-lintRange-error", { hasText: "shp" }).waitFor();
      await axe(page, `editor ${scheme}`);
      assert.equal(await overflows(page), false);
      await page.keyboard.press("Control+End");
      await page.keyboard.type("\nORDER BY 2");
      await page.getByText("Edited by you").waitFor();
      // The first may only close the list of completions.
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Run", exact: true }).and(page.locator(":focus")).waitFor();
      await page.locator(".cm-content").focus();
      await page.keyboard.press("Control+Enter");
      await page.getByRole("article").nth(1).waitFor();
      await until(page, "Failed");
      await card(page).getByText("Edited by you").waitFor();
      await card(page).getByRole("button", { name: "Edit the statement" }).click();
      await page.locator(".cm-content", { hasText: "ORDER BY 2" }).waitFor();
      await card(page).getByRole("button", { name: "Details" }).click();
      await card(page).getByRole("tab", { name: "Changes" }).click();
      await card(page).getByLabel("SQL: what changed").waitFor();
      await axe(page, `changes ${scheme}`);
      await close();
      await mock.stop();
    }
  },

  async "a run survives a reload, while it works and after"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await ask(page, "A slow question");
    await page.getByText("Running the query").first().waitFor();
    await page.reload();
    await page.getByText("Running the query").first().waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await until(page, "Stopped");
    await page.reload();
    await until(page, "Stopped");
    await page.getByRole("button", { name: "Ask again" }).waitFor();
    assert.equal(mock.openStreams(), 0);
    await close();
    await mock.stop();
  },

  async "several readings become cards, and the one picked runs"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await ask(page, "Which is the best tea?");
    await until(page, "Needs a choice");
    await page.getByRole("button", { name: /Most grams sold/ }).click();
    await until(page, "Answered");
    const [first, second] = [...mock.runs.values()];
    assert.equal(second.request.plan.notes, "grams");
    assert.equal(JSON.parse(second.events[0].data).body.parent_run_id, first.id);
    assert.equal(second.threadId, first.threadId);
    assert.equal(await page.getByRole("article").count(), 2);
    await page.reload();
    await page.getByRole("article").nth(1).waitFor();
    await close();
    await mock.stop();
  },

  async "follow-ups, reproducing and the list of questions"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await ask(page, "Revenue by shop");
    await until(page, "Answered");
    await page.getByRole("button", { name: "Run again on the same data" }).click();
    await page.getByText("Reproduced: the same rows as before.").waitFor();
    await page.getByRole("button", { name: "Revenue by month in 2025" }).click();
    await page.getByText("Verified answer").waitFor();
    assert.equal(await page.getByRole("article").count(), 3);
    const list = page.getByRole("navigation", { name: "Conversations" });
    await list.getByRole("link", { name: /Revenue by shop.*3 questions/ }).waitFor();
    assert.equal(await list.getByRole("link").count(), 1);
    await page.getByLabel("Search conversations").fill("nothing of the kind");
    await page.getByText("No conversation matches.").waitFor();
    await page.getByLabel("Search conversations").fill("month");
    await list.getByRole("link").waitFor();
    await page.getByRole("link", { name: "New question" }).click();
    await page.getByText("What do you want to know?").waitFor();
    assert.equal(await page.title(), "Leo");
    await page.goBack();
    await becomes(() => page.getByRole("article").count(), 3);
    await close();
    await mock.stop();
  },

  async "conversations are renamed, deleted and brought back by keyboard alone"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await ask(page, "Revenue by shop");
    await until(page, "Answered");
    const list = page.getByRole("navigation", { name: "Conversations" });
    const menu = async () => {
      await list.getByRole("button", { name: /What to do with/ }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem", { name: "Rename" }).waitFor();
    };
    await menu();
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "menuitem");
    await axe(page, "conversation menu");
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Title" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.matches("input"));
    await axe(page, "rename");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("Shops and their revenue");
    await page.keyboard.press("Enter");
    await list.getByRole("link", { name: /Shops and their revenue/ }).waitFor();
    await menu();
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "menuitem");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByText("stay on record for the audit").waitFor();
    await page.waitForFunction(() =>
      document.activeElement?.matches("[role=alertdialog] button, [role=dialog] button"),
    );
    await axe(page, "delete");
    await page.keyboard.press("Enter");
    await page.getByText("Conversations you begin appear here.").waitFor();
    await page.getByText("What do you want to know?").waitFor();
    await page.getByRole("button", { name: "Undo" }).press("Enter");
    await list.getByRole("link", { name: /Shops and their revenue/ }).waitFor();
    await close();
    await mock.stop();
  },

  async "what is typed survives another page, a reload and a refusal"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    const box = page.getByLabel("Question", { exact: true });
    await box.fill("half a thought");
    await page.getByRole("link", { name: "Data", exact: true }).click();
    await page.getByRole("heading", { name: "Data" }).waitFor();
    await page.goBack();
    await becomes(() => box.inputValue(), "half a thought");
    await page.reload();
    await becomes(() => box.inputValue(), "half a thought");
    await box.fill("please refuse me");
    await box.press("Enter");
    await page.getByText("Too many questions at once.").waitFor();
    assert.equal(await box.inputValue(), "please refuse me");
    await box.fill("Revenue by shop");
    await box.press("Enter");
    await until(page, "Answered");
    assert.equal(await box.inputValue(), "");
    await page.getByRole("link", { name: "New question" }).click();
    await becomes(() => box.inputValue(), "");
    await close();
    await mock.stop();
  },

  async "the command palette goes to pages, datasets and conversations, and so do sequences of keys"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await ask(page, "Revenue by shop");
    await until(page, "Answered");
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("combobox");
    await palette.waitFor();
    await page.getByRole("option", { name: "Revenue by shop" }).waitFor();
    await axe(page, "palette");
    await page.keyboard.type("saved");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Verified answers" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("revenue shop");
    await page.keyboard.press("Enter");
    await page.getByRole("article").waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("add data");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Add a dataset" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.evaluate(() => document.activeElement?.blur());
    for (const [key, title] of [
      ["d", "Data"],
      ["s", "Saved"],
      ["u", "Audit"],
    ]) {
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      await page.getByRole("heading", { name: title, exact: true }).waitFor();
    }
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await page.getByText("What do you want to know?").waitFor();
    await close();
    await mock.stop();
  },

  async "saved answers and test cases are listed, opened and taken away"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await page.getByRole("link", { name: "Saved", exact: true }).click();
    await page.getByText("No answer is verified yet.").waitFor();
    await page.getByText("No test case is saved yet.").waitFor();
    await axe(page, "saved, empty");
    await page.getByRole("link", { name: "New question" }).click();
    await ask(page, "Revenue by shop");
    await until(page, "Answered");
    await page.getByRole("button", { name: "Save as test case" }).click();
    await page.getByText("Saved as a test case").waitFor();
    await page.getByRole("button", { name: "Mark as verified" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Verify", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Saved", exact: true }).click();
    const cases = page.getByRole("list", { name: "Test cases" });
    const verified = page.getByRole("list", { name: "Verified answers" });
    await cases.getByRole("link", { name: "Revenue by shop" }).waitFor();
    await verified.getByRole("link", { name: "Revenue by shop" }).waitFor();
    await axe(page, "saved");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export as JSON lines" }).click();
    assert.equal((await download).suggestedFilename(), "questions.jsonl");
    await cases.getByRole("button", { name: "Delete: Revenue by shop" }).click();
    await cases.getByRole("button", { name: "Delete it: Revenue by shop" }).click();
    await page.getByText("No test case is saved yet.").waitFor();
    await verified.getByRole("button", { name: /Take the mark away/ }).click();
    await verified.getByRole("button", { name: /Take it away/ }).click();
    await page.getByText("No answer is verified yet.").waitFor();
    await close();
    await mock.stop();
  },

  async "a run can be gone back through"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await ask(page, "Revenue by shop");
    await until(page, "Answered");
    const slider = page.getByRole("slider", { name: "Go back through this run" });
    await slider.focus();
    await page.keyboard.press("Home");
    await page.getByText(/^1 of \d: Asked/).waitFor();
    assert.equal(await page.getByRole("grid").count(), 0);
    await axe(page, "a run as it was");
    await page.keyboard.press("ArrowRight");
    await page.getByText(/^2 of \d: Planned/).waitFor();
    await page.keyboard.press("End");
    await until(page, "Answered");
    await page.getByRole("grid").waitFor();
    await close();
    await mock.stop();
  },

  async "many tabs do not block each other, and a hidden one gives its stream back"() {
    const mock = await startMock();
    const { page, context, close } = await visit(mock);
    const pages = [page];
    for (let at = 0; at < 6; at++) pages.push(await context.newPage());
    for (const [at, one] of pages.entries()) {
      if (at > 0) await one.goto(mock.url);
      await ask(one, "A slow question");
      await one.getByText("Running the query").first().waitFor();
    }
    // The newest question opens its stream before it is known whether there is a place for it.
    for (let tries = 0; mock.openStreams() > 4 && tries < 50; tries++) await page.waitForTimeout(100);
    assert.ok(mock.openStreams() <= 4, `${mock.openStreams()} streams are open`);
    const began = Date.now();
    await pages[0].evaluate(() => fetch("/api/v1/session").then((response) => response.text()));
    assert.ok(Date.now() - began < 2000, "a request waits behind the streams");
    for (const one of pages) {
      await one.getByRole("button", { name: "Stop", exact: true }).click();
      await until(one, "Stopped");
    }
    await close();
    await mock.stop();
  },

  async "a run that is not there is said to be not there"() {
    const mock = await startMock();
    const { page, close } = await visit(mock, { path: "/runs/nothing" });
    await page.getByText("There is no such run.").waitFor();
    await axe(page, "missing");
    await close();
    await mock.stop();
  },

  async "the keyboard is enough"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    await page.locator("body").click({ position: { x: 640, y: 120 } });
    await page.keyboard.press("/");
    await becomes(() => page.evaluate(() => document.activeElement.id), "question");
    await page.keyboard.type("Revenue by shop");
    await page.keyboard.press("Enter");
    await until(page, "Answered");
    const seen = new Set();
    for (let at = 0; at < 60 && seen.size < 60; at++) {
      await page.keyboard.press("Tab");
      seen.add(
        await page.evaluate(
          () =>
            document.activeElement.textContent?.slice(0, 30) ||
            document.activeElement.getAttribute("aria-label"),
        ),
      );
    }
    for (const name of ["412,330.50", "CSV", "How this was computed", "New question", "Add data"]) {
      assert.ok(
        [...seen].some((text) => text?.includes(name)),
        `Tab reaches ${name}`,
      );
    }
    await page.getByRole("button", { name: "How this was computed" }).focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await close();
    await mock.stop();
  },

  async "files can be added, by choosing and by dropping"() {
    const mock = await startMock();
    const { page, close } = await visit(mock);
    const csv = {
      name: "spring_orders.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("a,b\n1,2\n3,4\n5,6\n"),
    };
    await page.getByRole("button", { name: "Add data" }).click();
    await page.getByTestId("files").setInputFiles([csv]);
    assert.equal(await page.getByLabel("Name of the dataset").inputValue(), "Spring orders");
    await page.getByRole("button", { name: "Add dataset" }).click();
    await page.getByText("Reading and checking the rows…").waitFor();
    await page.getByText("Ready: 3 rows.").waitFor();
    await page.getByRole("button", { name: "Ask about it" }).click();
    await page.getByRole("button", { name: /Spring orders/ }).waitFor();

    const drop = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["\0\0"], "picture.csv"));
      return transfer;
    });
    await page.dispatchEvent("main", "dragenter", { dataTransfer: drop });
    await page.getByText("Drop files or a folder to add a dataset").waitFor();
    await page.dispatchEvent("main", "drop", { dataTransfer: drop });
    await page.getByLabel("Name of picture.csv").waitFor();
    await page.getByRole("button", { name: "Add dataset" }).click();
    await page.getByText("This is not a CSV file.").waitFor();
    await axe(page, "upload refused");
    await close();
    await mock.stop();
  },

  async "a server that wants a token gets one"() {
    const mock = await startMock({ token: "leo_right" });
    const { page, close } = await visit(mock, { expect401: true });
    await page.getByRole("heading", { name: "Sign in to Leo" }).waitFor();
    await axe(page, "sign in");
    await page.getByLabel("Access token").fill("leo_wrong");
    await page.keyboard.press("Enter");
    await page.getByText("This token is not valid, or was revoked.").waitFor();
    await axe(page, "sign in refused");
    await page.getByLabel("Access token").fill("leo_right");
    await page.keyboard.press("Enter");
    await page.getByText("What do you want to know?").waitFor();
    await page.getByText("Revenue by shop").waitFor();
    await page.getByRole("button", { name: "Sign out ann" }).click();
    await page.getByRole("heading", { name: "Sign in to Leo" }).waitFor();
    await close();
    await mock.stop();
  },

  async "a phone shows everything without sideways scrolling"() {
    const mock = await startMock();
    for (const question of [
      "Revenue by shop",
      "List every sale",
      "Which is the best tea?",
      "Which florbs were wibbled",
      "A timeout of the query",
    ]) {
      const { page, close } = await visit(mock, { viewport: NARROW });
      assert.equal(await overflows(page), false);
      await ask(page, question);
      await page.getByRole("button", { name: "Copy link" }).waitFor();
      const details = page.getByRole("button", { name: /How this was computed|Details/ });
      if ((await details.count()) > 0) await details.click();
      await page.waitForTimeout(200);
      assert.equal(await overflows(page), false, question);
      await axe(page, `phone ${question}`);
      await page.getByRole("button", { name: "Open the menu" }).click();
      await page.getByRole("dialog", { name: "Menu" }).waitFor();
      await axe(page, "phone drawer");
      await page.keyboard.press("Escape");
      await close();
    }
    await mock.stop();
  },

  async "the theme follows the choice, before the first paint"() {
    const mock = await startMock();
    const { page, close } = await visit(mock, { scheme: "light" });
    const theme = (name) => page.locator(`html[data-theme=${name}]`).waitFor();
    await theme("light");
    await page.emulateMedia({ colorScheme: "dark" });
    await theme("dark");
    await page.getByRole("radio", { name: "Light" }).click();
    await theme("light");
    await page.reload();
    await theme("light");
    await close();
    await mock.stop();
  },
};

const only = process.argv.slice(2);
let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  if (only.length > 0 && !only.some((word) => name.includes(word))) continue;
  const before = Date.now();
  try {
    await test();
    console.log(`ok    ${name} (${((Date.now() - before) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n${error.stack ?? error}`);
  }
}
await browser.close();
process.exit(failed > 0 ? 1 : 0);
