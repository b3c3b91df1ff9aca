// Every view and state, in light and dark and on a phone: nothing for axe to find, no sideways scrolling, a clean
// console, and a picture in the artifacts for people to look at.
import assert from "node:assert/strict";
import { violations } from "../axe.mjs";
import { journey, PHONE, shot, visit, WIDE } from "./journey.mjs";
import { startLeo } from "./leo.mjs";
import { ask, askSQL, card, ended, overflows, pick, settled, slowSQL } from "./page.mjs";

const LOOKS = {
  light: { scheme: "light", viewport: WIDE },
  dark: { scheme: "dark", viewport: WIDE },
  phone: { scheme: "light", viewport: PHONE },
};

/** The runs that views show, asked once. */
const asked = {
  answered: { dataset_id: "support", question: "How many tickets are there by priority?" },
  months: {
    dataset_id: "ecommerce",
    question: "What was the total revenue by month in 2025, excluding cancelled orders?",
  },
  number: { dataset_id: "ecommerce", question: "How many orders were placed in 2025?" },
  series: {
    dataset_id: "sensors",
    question: "What is the average temperature by location and hour of the day?",
  },
  capped: { dataset_id: "sensors", sql: "SELECT * FROM sensors" },
  empty: { dataset_id: "support", sql: "SELECT * FROM tickets WHERE ticket_id < 0" },
  rejected: { dataset_id: "support", question: "frobnicate the quuxes" },
  refused: { dataset_id: "support", sql: "DELETE FROM tickets" },
  failed: { dataset_id: "support", sql: "SELECT no_such_column FROM tickets" },
  timeout: { dataset_id: "sensors", limits: { timeout_ms: 300 } },
  choice: { dataset_id: "ecommerce", question: "revenue by category" },
};

const runs = new Map();
async function runOf(leo, name) {
  if (!runs.has(name)) {
    const body = name === "timeout" ? { ...asked.timeout, sql: await slowSQL(leo, 8) } : asked[name];
    runs.set(name, (await leo.run(body)).run_id);
  }
  return runs.get(name);
}

const button = (page, name) => page.getByRole("button", { name });
const details = (tab) => async (page) => {
  await button(page, /^(How this was computed|Details)$/).click();
  await page.getByRole("tab", { name: tab }).click();
  await page.getByRole("tabpanel").first().scrollIntoViewIfNeeded();
};
/** A run that has ended; `then` does more. */
const ofRun = (name, then) => ({
  path: async (leo) => `/runs/${await runOf(leo, name)}`,
  reach: async (page) => {
    await page.locator("article[aria-busy=false]").waitFor();
    await then?.(page);
  },
});
const menu = async (page, look) => {
  if (look === "phone") await button(page, "Open the menu").click();
};
/** A page whose data does not come. */
const unreachable = (path, api) => ({
  path: () => path,
  before: (context) => context.route(api, (route) => route.abort()),
  expect: [/net::ERR_FAILED/],
  reach: (page) =>
    page
      .getByRole("button", { name: "Try again" })
      .or(page.getByRole("alert"))
      .first()
      .waitFor({ timeout: 15_000 }),
});

const VIEWS = {
  welcome: { reach: (page) => page.getByText("What do you want to know?").waitFor() },
  columns: { reach: (page) => page.getByText("Tables and columns").click() },
  running: {
    reach: async (page, look, leo) => {
      await pick(page, "Climate sensors");
      await askSQL(page, await slowSQL(leo, 8));
      await page.waitForURL(/runs/);
      await page.locator("article[aria-busy=true]").getByText("Running the query").first().waitFor();
    },
    // It may have ended by itself.
    after: (page) =>
      page
        .getByRole("button", { name: "Stop" })
        .click({ timeout: 1_000 })
        .catch(() => {}),
  },
  answered: ofRun("answered", (page) => page.locator("canvas").first().waitFor()),
  months: ofRun("months", (page) => page.locator("canvas").first().waitFor()),
  number: ofRun("number"),
  series: ofRun("series", (page) => page.locator("canvas").first().waitFor()),
  capped: ofRun("capped"),
  empty: ofRun("empty"),
  rejected: ofRun("rejected"),
  refused: ofRun("refused"),
  failed: ofRun("failed"),
  timeout: ofRun("timeout"),
  choice: ofRun("choice"),
  stopped: {
    reach: async (page, look, leo) => {
      await pick(page, "Climate sensors");
      await askSQL(page, await slowSQL(leo, 8));
      await page.waitForURL(/runs/);
      await page.getByRole("button", { name: "Stop" }).click();
      await ended(page, "Stopped");
    },
  },
  "details-sql": ofRun("answered", details("SQL")),
  "details-plan": ofRun("answered", details("Plan")),
  "details-numbers": ofRun("answered", details("Numbers")),
  "details-log": ofRun("answered", details("Log")),
  "details-proof": ofRun("answered", details("Proof")),
  lit: ofRun("answered", async (page) => {
    await page.getByRole("grid").waitFor();
    await card(page)
      .getByRole("button", { name: /^\d[\d,.]*$/ })
      .first()
      .hover();
  }),
  conversation: {
    reach: async (page) => {
      await pick(page, "Help desk");
      await ask(page, "How many tickets are there by priority?");
      await ended(page);
      await ask(page, "and in 2025?");
      await card(page, 1).waitFor();
      await page.locator("article[aria-busy=false]").nth(1).waitFor();
    },
  },
  picker: { reach: (page) => page.locator('button[aria-haspopup="listbox"]').click() },
  keys: {
    reach: async (page) => {
      await page.getByText("What do you want to know?").waitFor();
      await page.evaluate(() => document.activeElement.blur());
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
    },
  },
  drawer: { only: ["phone"], reach: menu },
  upload: {
    reach: async (page) => {
      await button(page, "Add data").click();
      await page.getByRole("dialog").waitFor();
    },
  },
  missing: { path: () => "/nowhere", reach: (page) => page.getByRole("main").waitFor() },
  "missing-run": {
    path: () => "/runs/01a203b4-463f-746c-9bb2-481c1ac47fff",
    expect: [/status of 404/],
    reach: (page) => page.getByText(/^There is no run/).waitFor(),
  },
  data: {
    path: () => "/data",
    reach: (page) => page.getByRole("main").getByText("Climate sensors").first().waitFor(),
  },
  dataset: {
    path: () => "/data/support",
    reach: (page) => page.getByRole("heading", { level: 1 }).waitFor(),
  },
  "missing-dataset": {
    path: () => "/data/nothing",
    expect: [/status of 404/],
    reach: (page) => page.getByRole("heading", { level: 1 }).waitFor(),
  },
  saved: { path: () => "/saved", reach: (page) => page.getByRole("heading", { level: 1 }).waitFor() },
  audit: {
    path: async (leo) => `/audit?run=${await runOf(leo, "answered")}`,
    reach: (page) => page.getByRole("main").getByText(asked.answered.question).first().waitFor(),
  },
  "audit-run": {
    path: async (leo) => `/audit/${await runOf(leo, "answered")}`,
    reach: (page) => page.locator("article[aria-busy=false]").waitFor(),
  },
  "welcome-unreachable": unreachable("/", "**/api/v1/datasets"),
  "data-unreachable": unreachable("/data", "**/api/v1/datasets"),
  "audit-unreachable": unreachable("/audit", /\/api\/v1\/(runs|audit)/),
  "saved-unreachable": unreachable("/saved", "**/api/v1/verified**"),
};

let states = 0;

async function look(leo, name, view, at, problems) {
  const one = await visit(leo, {
    ...LOOKS[at],
    expect: view.expect,
    before: view.before,
    path: (await view.path?.(leo)) ?? "/",
  });
  try {
    const { page } = one;
    await view.reach(page, at, leo);
    await settled(page);
    await shot(page, `${name}-${at}`);
    problems.push(...(await violations(page, `${name} ${at}`)));
    if (await overflows(page)) problems.push(`${name} ${at}: scrolls sideways`);
    problems.push(...one.problems.map((text) => `${name} ${at}: ${text}`));
    states += 1;
    await view.after?.(page);
  } catch (error) {
    await shot(one.page, `${name}-${at}-FAILED`);
    problems.push(`${name} ${at}: cannot be reached: ${error.message.split("\n").slice(0, 3).join(" ")}`);
  } finally {
    await one.context.close();
  }
}

for (const [name, view] of Object.entries(VIEWS)) {
  journey(
    `view ${name}: axe, sideways scrolling and the console, in light and dark and on a phone`,
    async ({ leo }) => {
      const problems = [];
      for (const at of view.only ?? Object.keys(LOOKS)) await look(leo, name, view, at, problems);
      assert.deepEqual(problems, []);
    },
  );
}

journey(
  "view sign-in: axe, sideways scrolling and the console, in light and dark and on a phone",
  async ({ leo }) => {
    const problems = [];
    const view = {
      expect: [/status of 401/],
      reach: async (page) => {
        await page.getByLabel("Access token").fill("leo_wrong");
        await page.keyboard.press("Enter");
        await page.getByText("This token is not valid, or was revoked.").waitFor();
      },
    };
    for (const at of Object.keys(LOOKS)) await look(leo, "sign-in", view, at, problems);
    assert.deepEqual(problems, []);
    console.log(`      ${states} views and states with 0 violations, pictures in screens/`);
  },
  { start: () => startLeo("sign-in", { token: "analyst" }) },
);
