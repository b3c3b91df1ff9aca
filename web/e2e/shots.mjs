// Takes the screenshots a person looks at before a change to the page is finished: npm run shots -- DIR
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMock } from "../dev/mock.mjs";
import { openBrowser } from "./browser.mjs";

const dir = process.argv[2] ?? join(tmpdir(), "leo-shots");
mkdirSync(dir, { recursive: true });

const SIZES = { wide: { width: 1440, height: 900 }, phone: { width: 360, height: 780 } };

const mock = await startMock();
const browser = await openBrowser();

async function visit(name, scheme, size, act) {
  const context = await browser.newContext({
    colorScheme: scheme,
    viewport: SIZES[size],
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(mock.url);
  await page.getByText("What do you want to know?").waitFor();
  await act(page);
  await page.screenshot({ path: join(dir, `${name}-${size}-${scheme}.png`) });
  await context.close();
}

const ask = (question) => async (page) => {
  await page.getByLabel("Question", { exact: true }).fill(question);
  await page.keyboard.press("Enter");
};
const until = (question, text) => async (page) => {
  await ask(question)(page);
  await page.getByRole("article").getByText(text, { exact: true }).first().waitFor();
  await page.waitForTimeout(700);
};

const STATES = {
  empty: async (page) => page.waitForTimeout(200),
  running: async (page) => {
    await ask("A slow question about revenue")(page);
    await page.getByText("Running the query").first().waitFor();
    await page.waitForTimeout(900);
  },
  answered: until("Revenue by shop", "Answered"),
  month: until("Revenue by month in 2025", "Answered"),
  series: until("Five most sold teas in each shop", "Answered"),
  number: until("How many receipts were there last year?", "Answered"),
  truncated: until("List every sale", "Answered"),
  rejected: until("Which florbs were wibbled", "Not run"),
  policy: until("Please delete everything", "Not run"),
  failed: until("A timeout of the query", "Failed"),
  needs: until("Which is the best tea?", "Needs a choice"),
  nothing: until("Sales of nothing", "Answered"),
};
STATES.details = async (page) => {
  await until("Revenue by shop", "Answered")(page);
  await page.getByRole("button", { name: "How this was computed" }).click();
  await page.getByRole("tab", { name: "SQL" }).waitFor();
  await page.getByRole("tab", { name: "SQL" }).scrollIntoViewIfNeeded();
  await page.locator("#thread").evaluate((main) => main.scrollTo(0, main.scrollHeight));
  await page.waitForTimeout(300);
};
STATES.stats = async (page) => {
  await STATES.details(page);
  await page.getByRole("tab", { name: "Numbers" }).click();
  await page.locator("#thread").evaluate((main) => main.scrollTo(0, main.scrollHeight));
  await page.waitForTimeout(200);
};
STATES.proof = async (page) => {
  await STATES.details(page);
  await page.getByRole("tab", { name: "Proof" }).click();
  await page.waitForTimeout(300);
  await page.locator("#thread").evaluate((main) => main.scrollTo(0, main.scrollHeight));
};
STATES.thread = async (page) => {
  await until("Revenue by shop", "Answered")(page);
  await page.getByRole("button", { name: "Revenue by month in 2025" }).click();
  await page.getByRole("article").nth(1).getByText("Answered", { exact: true }).waitFor();
  await page.waitForTimeout(700);
};
STATES.picker = async (page) => {
  await page.getByRole("button", { name: /Tea shop/ }).click();
  await page.getByRole("option", { name: /Old export/ }).waitFor();
};
STATES.broken = async (page) => {
  await STATES.picker(page);
  await page.getByRole("option", { name: /Old export/ }).click();
  await page.waitForTimeout(200);
};
STATES.upload = async (page) => {
  await page.getByRole("button", { name: "Add data" }).click();
  await page
    .locator("[data-testid=files]")
    .setInputFiles([{ name: "spring_orders.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") }]);
  await page.waitForTimeout(200);
};
STATES.lit = async (page) => {
  await until("Revenue by shop", "Answered")(page);
  await page.getByRole("button", { name: "412,330.50" }).hover();
  await page.waitForTimeout(300);
};

const only = process.argv.slice(3);
for (const [name, act] of Object.entries(STATES)) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const scheme of ["light", "dark"]) {
    for (const size of Object.keys(SIZES)) {
      if (size === "phone" && scheme === "dark" && name !== "answered") continue;
      await visit(name, scheme, size, act);
    }
  }
}
await browser.close();
await mock.stop();
