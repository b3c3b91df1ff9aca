// Data of one's own: files that are sent, read, refused, read differently, and what a dataset's page keeps of them.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { violations } from "../axe.mjs";
import { journey, PHONE, shot, visit } from "./journey.mjs";
import { product, startLeo } from "./leo.mjs";
import { ask, becomes, ended, eventually, overflows, settled } from "./page.mjs";
import { openProxy } from "./proxy.mjs";

const MIB = 2 ** 20;

// One Leo for these journeys: their datasets are no part of what others look at.
const start = async () => ({ ...(await product("uploads")), stop: () => {} });
const own = (name, act, options) => journey(name, act, { start, ...options });

const csv = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
const lines = (head, count, row) =>
  [head, ...Array.from({ length: count }, (_, at) => row(at))].join("\n") + "\n";
const ORDERS = lines("order_id,customer,amount", 40, (at) => `${at + 1},C${at % 4},${at * 2.5}`);
const CUSTOMERS = "customer,city\nC0,Rome\nC1,Oslo\nC2,Lima\nC3,Kyoto\n";

const dialog = (page) => page.getByRole("dialog", { name: "Add a dataset" });
const button = (page, name) => page.getByRole("button", { name, exact: true });

/** Chooses files by the button, as a person does, and gives the dataset a name. */
async function choose(page, name, files) {
  if ((await dialog(page).count()) === 0) await button(page, "Upload data").click();
  const chooser = page.waitForEvent("filechooser");
  await dialog(page).getByRole("button", { name: "Choose files" }).click();
  await (await chooser).setFiles(files);
  if (name) await dialog(page).getByLabel("Name of the dataset").fill(name);
}

const send = (page) => dialog(page).getByRole("button", { name: "Add dataset" }).click();

async function add(page, name, files) {
  await choose(page, name, files);
  await send(page);
}

const isReady = (page, rows) => page.getByText(`Ready: ${rows} rows.`).waitFor({ timeout: 60_000 });

/** Makes a dataset without a page. */
async function made(leo, title, files, replaced) {
  const form = new FormData();
  form.set("title", title);
  if (replaced) form.set("id", replaced);
  for (const [name, text] of files) form.append("file", new Blob([text]), name);
  const answer = await fetch(`${leo.url}/api/v1/datasets`, { method: "POST", body: form });
  assert.ok(answer.ok, await answer.clone().text());
  const { id } = await answer.json();
  return eventually("the dataset being ready", async () => {
    const dataset = await leo.call(`/datasets/${id}`);
    return dataset.state === "ready" && dataset;
  });
}

/** A file with room for an upload to be seen: rows that are no two alike. */
function bigFile(dir, name, bytes) {
  const path = join(dir, name);
  const rows = ["reading_id,place,value"];
  for (let at = 0, size = 0; size < bytes; at++) {
    const row = `${at},place-${(at * 7919) % 997}-of-many-with-a-long-name-to-fill-the-line,${(at * 31) % 1009}.5`;
    size += row.length + 1;
    rows.push(row);
  }
  writeFileSync(path, rows.join("\n") + "\n");
  return path;
}

async function inFolder(act) {
  const dir = mkdtempSync(join(tmpdir(), "leo-e2e-files-"));
  try {
    await act(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** The page's network takes so many bytes a second from now on. */
async function slowDown(page, bytesPerSecond) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const pace = (uploadThroughput) =>
    session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  await pace(bytesPerSecond);
  return () => pace(-1);
}

const openUploads = async (leo) => (await leo.call("/uploads")).uploads;

/** Waits until the server has some of the upload, and not all. */
const isUnderWay = (leo, title) =>
  eventually(`${title} being under way`, async () =>
    (await openUploads(leo)).find(
      (one) => one.title === title && one.received > 0 && one.received < one.bytes,
    ),
  );

own("files of one's own become tables that can be asked about", async ({ open }) => {
  const page = await open({ path: "/data" });
  await add(page, "Spring sales", [csv("orders.csv", ORDERS), csv("customers.csv", CUSTOMERS)]);
  await isReady(page, 44);
  await dialog(page).getByRole("button", { name: "Ask about it" }).click();
  await page
    .getByRole("button", { name: /Spring sales/ })
    .first()
    .waitFor();
  await ask(page, "How many orders are there by city?");
  const answer = await ended(page);
  const grid = await answer.getByRole("grid").innerText();
  for (const city of ["Rome", "Oslo", "Lima", "Kyoto"]) assert.match(grid, new RegExp(`${city}\\s+10\\b`));
});

own("a folder that is dropped on the page becomes one dataset", async ({ leo, open }) => {
  await inFolder(async (dir) => {
    const folder = join(dir, "old_harbour");
    mkdirSync(folder);
    writeFileSync(join(folder, "ships.csv"), "ship,tons\nIda,10\nOtto,20\n");
    writeFileSync(join(folder, "berths.tsv"), "berth\tlength\nN1\t90\nN2\t120\nN3\t60\n");
    writeFileSync(join(folder, ".hidden"), "of the system");
    const page = await open({ path: "/data" });
    await page.getByRole("list", { name: "Datasets" }).waitFor();
    const session = await page.context().newCDPSession(page);
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"])
      await session.send("Input.dispatchDragEvent", { type, x: 600, y: 400, data });
    await dialog(page).getByText("2 files, ").waitFor();
    assert.equal(await dialog(page).getByLabel("Name of the dataset").inputValue(), "Old harbour");
    await send(page);
    await isReady(page, 5);
    const { datasets } = await leo.call("/datasets");
    const { tables } = datasets.find((one) => one.title === "Old harbour");
    assert.deepEqual(tables.map((one) => one.name ?? one).sort(), ["berths", "ships"]);
  });
});

own(
  "a file that is no table is refused with the reason, and another can be chosen",
  async ({ leo, open }) => {
    const page = await open({ path: "/data" });
    const noise = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 256));
    await add(page, "Not a table", [{ name: "noise.csv", mimeType: "text/csv", buffer: noise }]);
    await dialog(page)
      .getByText("noise.csv is not a table: it looks like a binary file.")
      .waitFor({ timeout: 60_000 });
    assert.equal(
      await dialog(page)
        .getByText(/^Ready/)
        .count(),
      0,
    );
    await dialog(page).getByRole("button", { name: "Choose other files" }).click();
    await choose(page, "A table", [csv("table.csv", "a,b\n1,2\n")]);
    await send(page);
    await page.getByText("Ready: 1 row.").waitFor({ timeout: 60_000 });
    assert.deepEqual(await openUploads(leo), []);
  },
);

own(
  "files are added to a dataset on its page, and not to one that is somebody else's",
  async ({ leo, open }) => {
    const { id } = await made(leo, "Growing", [["orders.csv", ORDERS]]);
    const page = await open({ path: `/data/${id}` });
    for (const [name, text, rows] of [
      ["customers.csv", CUSTOMERS, 44],
      ["ports.csv", "port\nBari\n", 45],
    ]) {
      await button(page, "Add files").click();
      const adding = page.getByRole("dialog", { name: "Add files to Growing" });
      const chooser = page.waitForEvent("filechooser");
      await adding.getByRole("button", { name: "Choose files" }).click();
      await (await chooser).setFiles([csv(name, text)]);
      await adding.getByRole("button", { name: "Add files", exact: true }).click();
      await isReady(page, rows);
      await page.keyboard.press("Escape");
      await adding.waitFor({ state: "detached" });
      await page
        .getByRole("navigation", { name: "Tables" })
        .getByRole("button", { name: new RegExp(name.replace(".csv", "")) })
        .waitFor();
    }
    const { acts } = await leo.call("/acts");
    const uploaded = acts.filter((one) => one.kind === "dataset.uploaded" && one.target === id);
    assert.deepEqual(uploaded.map((one) => one.detail?.mode ?? one.kind).sort(), ["add", "add", "new"]);
    const demo = (await leo.call("/datasets")).datasets.find((one) => one.demo);
    await page.goto(`${leo.url}/data/${demo.id}`);
    await page.getByRole("region", { name: "How the files were read" }).waitFor();
    assert.equal(await button(page, "Add files").count(), 0);
  },
);

journey(
  "the page refuses files by the limits the server has",
  async ({ leo, open }) => {
    await made(leo, "First", [["first.csv", "a\n1\n"]]);
    const page = await open({ path: "/data" });
    const rows = (bytes) => `a\n${"1\n".repeat(bytes / 2)}`;
    await choose(page, undefined, [csv("large.csv", rows(2.5 * MIB)), csv("small.csv", rows(2000))]);
    await dialog(page).getByText("is larger than 2.0 MB, the most for one file").waitFor();
    await button(dialog(page), "Remove large.csv").click();
    await becomes(() => button(dialog(page), "Add dataset").isEnabled(), true);
    await choose(page, undefined, [csv("one.csv", rows(1.8 * MIB)), csv("two.csv", rows(1.7 * MIB))]);
    await dialog(page)
      .getByText("Together the files are larger than 3.1 MB, the most for one dataset.")
      .waitFor();
    assert.ok(await button(dialog(page), "Add dataset").isDisabled());
  },
  {
    start: () =>
      startLeo("limits", {
        env: {
          LEO_DEMO: "false",
          LEO_MAX_FILE_BYTES: String(2_000_000),
          LEO_MAX_UPLOAD_BYTES: String(3_100_000),
        },
      }),
  },
);

own("files that no upload can hold are said before a byte is sent", async ({ leo, open }) => {
  const page = await open({ path: "/data" });
  await choose(page, undefined, [csv("empty.csv", ""), csv("letter.docx", "x"), csv("fine.csv", "a\n1\n")]);
  await dialog(page).getByText("is empty").waitFor();
  await dialog(page).getByText("cannot be read: .docx is not a format Leo knows").waitFor();
  assert.ok(await dialog(page).getByRole("button", { name: "Add dataset" }).isDisabled());
  for (const name of ["empty.csv", "letter.docx"])
    await dialog(page)
      .getByRole("button", { name: `Remove ${name}` })
      .click();
  await becomes(() => dialog(page).getByRole("button", { name: "Add dataset" }).isEnabled(), true);
  await dialog(page).getByRole("button", { name: "Cancel", exact: true }).click();
  await becomes(async () => (await openUploads(leo)).length, 0);
});

const MESSY = Buffer.from(
  lines("nr;name;gr\u00f6sse;tag", 60, (at) =>
    at === 16
      ? "17;one;2,5;3.03.2026;too;many"
      : `${at + 1};M\u00fcller ${at};${at},5;${(at % 28) + 1}.03.2026`,
  ),
  "latin1",
);

own(
  "how a file was read is reported with its bad line, and a type can be overridden",
  async ({ leo, open }) => {
    const page = await open({ path: "/data" });
    await add(page, "Messy", [{ name: "messy.csv", mimeType: "text/csv", buffer: MESSY }]);
    await isReady(page, 59);
    const report = dialog(page).getByRole("region", { name: "How the files were read" });
    await report.getByText(/^59 rows kept, 1 rejected\. CSV, .*semicolon/).waitFor();
    assert.match(await report.getByText(/^59 rows kept/).innerText(), /windows-1252|iso-8859-1|latin-1/i);
    const bad = report.getByRole("region", { name: "Lines left out" }).getByRole("row").nth(1);
    assert.match(await bad.innerText(), /^18\b/, "the line of the file is named");
    assert.equal(await report.getByLabel("Header on line").getAttribute("placeholder"), "found: 1");
    const type = report.getByLabel("Type of nr");
    assert.match(await type.innerText(), /^integer \(found\)/);
    await type.selectOption("text");
    await report.getByRole("button", { name: "Prepare again with these" }).click();
    const { id } = (await leo.call("/datasets")).datasets.find((one) => one.title === "Messy");
    await eventually("the new type", async () => {
      const { tables, state } = await leo.call(`/datasets/${id}`);
      return state === "ready" && tables[0].columns[0].type === "text";
    });
    await isReady(page, 59);
    assert.equal(await report.getByLabel("Type of nr").inputValue(), "text");
  },
);

own("an upload that is cancelled leaves nothing behind", async ({ leo, open }) => {
  await inFolder(async (dir) => {
    const page = await open({ path: "/data" });
    await choose(page, "Given up", [bigFile(dir, "given-up.csv", 24 * MIB)]);
    await slowDown(page, MIB);
    await send(page);
    await isUnderWay(leo, "Given up");
    await dialog(page).getByRole("button", { name: "Cancel the upload" }).click();
    await dialog(page).getByRole("button", { name: "Choose files" }).waitFor();
    await eventually("the upload being gone", async () => (await openUploads(leo)).length === 0);
    const { datasets } = await leo.call("/datasets");
    assert.ok(!datasets.some((one) => one.title === "Given up"));
  });
});

own("an upload outlives a reload of the page, and goes on where it stopped", async ({ leo, open }) => {
  await inFolder(async (dir) => {
    const page = await open({ path: "/data" });
    page.on("dialog", (asked) => void asked.accept());
    const file = bigFile(dir, "readings.csv", 24 * MIB);
    await choose(page, "Long readings", [file]);
    await slowDown(page, 4 * MIB);
    await send(page);
    await isUnderWay(leo, "Long readings");
    await page.reload();
    await page.getByRole("button", { name: "1 unfinished upload" }).click();
    const [{ received, bytes }] = await openUploads(leo);
    assert.ok(received > 0 && received < bytes);
    const sent = [];
    page.on(
      "request",
      (one) => one.method() === "PATCH" && sent.push(Number(one.headers()["upload-offset"])),
    );
    await dialog(page)
      .getByRole("region", { name: "Unfinished uploads" })
      .getByText("Long readings")
      .waitFor();
    await choose(page, "Long readings", [file]);
    await dialog(page).getByText("It goes on where it stopped.").waitFor();
    await send(page);
    await dialog(page)
      .getByText(/^Ready: /)
      .waitFor({ timeout: 60_000 });
    assert.ok(sent[0] >= received, `sent again from ${sent[0]}, where ${received} of ${bytes} were stored`);
    assert.deepEqual(await openUploads(leo), []);
  });
});

own("an upload waits out a lost network and goes on where it was", async ({ leo, visits }) => {
  const proxy = await openProxy(leo.port);
  try {
    await inFolder(async (dir) => {
      const behind = await visit({ ...leo, url: proxy.url }, { path: "/data", expect: [/net::ERR_/] });
      visits.push(behind);
      const { page } = behind;
      await choose(page, "Through a storm", [bigFile(dir, "storm.csv", 24 * MIB)]);
      await slowDown(page, 4 * MIB);
      await send(page);
      await isUnderWay(leo, "Through a storm");
      proxy.cut();
      await dialog(page)
        .getByText(/^The connection was lost\. Trying again in \d+ s/)
        .waitFor();
      await settled(page);
      await shot(page, "upload-cut-light");
      assert.deepEqual(await violations(page, "upload cut"), []);
      proxy.mend();
      await dialog(page).getByRole("button", { name: "Try now" }).click();
      await dialog(page)
        .getByText(/^Ready: /)
        .waitFor({ timeout: 60_000 });
      const { datasets } = await leo.call("/datasets");
      const made = datasets.find((one) => one.title === "Through a storm");
      assert.match(
        await dialog(page)
          .getByText(/^Ready: /)
          .innerText(),
        new RegExp(made.rows.toLocaleString("en")),
      );
    });
  } finally {
    proxy.close();
  }
});

/** Writes a text behind its pencil. */
async function edit(page, name, value) {
  await page.getByRole("button", { name: `Edit ${name}`, exact: true }).click();
  const field = page.getByRole("textbox", { name, exact: true });
  await field.fill(value);
  await field.press("Enter");
  await field.waitFor({ state: "detached" });
}

own("what people say about a dataset is kept, and questions use it", async ({ leo, open }) => {
  const { id } = await made(leo, "Book shop", [
    ["sales.csv", ORDERS.replace("order_id,customer,amount", "sale_id,buyer,amount")],
    ["people.csv", CUSTOMERS.replace("customer,city", "person,city")],
  ]);
  const page = await open({ path: `/data/${id}` });
  await edit(page, "Description", "What a small shop sold in spring.");
  await page.getByText("What a small shop sold in spring.").waitFor();
  await page.getByRole("navigation", { name: "Tables" }).getByRole("button", { name: /sales/ }).click();
  await edit(page, "Synonyms: sales", "bargains, deals");
  const relations = page.getByRole("list", { name: "Relations" });
  if ((await relations.getByText("Found").count()) > 0)
    await relations
      .getByRole("button", { name: /^Reject/ })
      .first()
      .click();
  await page.getByRole("button", { name: "Add a relation" }).click();
  await page.getByLabel("Table with many rows").selectOption("sales");
  await page.getByLabel("Its column").selectOption("buyer");
  await page.getByLabel("Table it belongs to").selectOption("people");
  await page.getByLabel("Column there").selectOption("person");
  await button(page, "Add").click();
  await relations.getByText("Added").waitFor();
  await page.reload();
  await page.getByText("What a small shop sold in spring.").waitFor();
  await relations.getByText("Added").waitFor();
  await page.getByRole("navigation", { name: "Tables" }).getByRole("button", { name: /sales/ }).click();
  await page.getByText("bargains").first().waitFor();
  await page.getByRole("button", { name: "Ask about this" }).click();
  await ask(page, "How many deals are there by city?");
  const grid = await (await ended(page)).getByRole("grid").innerText();
  assert.match(grid, /Oslo\s+10\b/);
});

own(
  "a dataset's versions can be looked at and restored, and it is deleted once its title is typed",
  async ({ leo, open }) => {
    const { id, version: older } = await made(leo, "To be deleted", [["one.csv", "a,b\n1,2\n"]]);
    const { version: newer } = await made(leo, "To be deleted", [["one.csv", "a,b\n1,2\n3,4\n"]], id);
    assert.notEqual(older, newer);
    const page = await open({ path: `/data/${id}`, expect: [/status of 404/] });
    const versions = page.getByRole("list", { name: "Versions" }).getByRole("listitem");
    await versions.nth(1).waitFor();
    await versions.getByRole("button", { name: /^Look at it/ }).click();
    await page.getByText(/^This is the version of /).waitFor();
    await button(page, "Back to the current version").click();
    await versions.getByRole("button", { name: /^Restore/ }).click();
    await page
      .getByRole("dialog", { name: "Restore this version?" })
      .getByRole("button", { name: "Restore" })
      .click();
    await eventually(
      "the older version being current",
      async () => (await leo.call(`/datasets/${id}`)).version === older,
    );
    await versions
      .filter({ hasText: older.slice(0, 12) })
      .getByText("Current")
      .waitFor();
    await page.getByRole("button", { name: "Delete dataset" }).click();
    const confirm = page.getByRole("dialog", { name: "Delete To be deleted?" });
    const go = confirm.getByRole("button", { name: "Delete for good" });
    assert.ok(await go.isDisabled());
    await confirm.getByLabel("Type “To be deleted” to delete it").fill("To be deleted");
    await go.click();
    await page.waitForURL(/\/data$/);
    await page.getByRole("heading", { level: 1, name: "Data" }).waitFor();
    await eventually("the dataset being gone", async () =>
      (await leo.call("/datasets")).datasets.every((one) => one.id !== id),
    );
    assert.equal(await page.getByText("To be deleted").count(), 0);
  },
);

const LOOKS = { light: {}, dark: { scheme: "dark" }, phone: { viewport: PHONE } };

own(
  "uploads and the page of a dataset have nothing for axe to find, and do not scroll sideways",
  async ({ leo, open }) => {
    const { id } = await made(leo, "Seen in every light", [["bad.csv", "a,b\n1,2\n3,4,5,6\n7,8\n"]]);
    for (const [name, look] of Object.entries(LOOKS)) {
      const looks = async (page, what) => {
        await settled(page);
        await shot(page, `upload-${what}-${name}`);
        assert.deepEqual(await violations(page, `${what} ${name}`), []);
        assert.ok(!(await overflows(page)), `${what} ${name} scrolls sideways`);
      };
      const page = await open({ ...look, path: `/data/${id}` });
      const report = page.getByRole("region", { name: "How the files were read" });
      await report.locator("summary").click();
      await report.getByLabel("Type of a").waitFor();
      await report.scrollIntoViewIfNeeded();
      await looks(page, "dataset");
      await page.goto(`${leo.url}/data`);
      // While an upload is under way the network is never idle, so the page has to have been before.
      await settled(page);
      await inFolder(async (dir) => {
        const files = [bigFile(dir, "readings.csv", 24 * MIB), bigFile(dir, "more.csv", MIB)];
        await choose(page, `Seen on its way ${name}`, files);
        const quick = await slowDown(page, MIB);
        await send(page);
        await isUnderWay(leo, `Seen on its way ${name}`);
        await dialog(page).getByRole("progressbar", { name: "Upload progress" }).waitFor();
        await looks(page, "sending");
        await dialog(page).getByRole("button", { name: "Cancel the upload" }).click();
        await dialog(page).getByRole("button", { name: "Choose files" }).waitFor();
        await quick();
      });
      await choose(page, `Looked at ${name}`, [csv("table.csv", `a,b\n1,${name}\n`)]);
      await looks(page, "choosing");
      await send(page);
      await page.getByText("Ready: 1 row.").waitFor({ timeout: 30_000 });
      await dialog(page).getByLabel("Type of a").waitFor();
      await looks(page, "report");
    }
  },
);
