// What is taken away from an answer is what the page shows, in formats other programs read.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { journey } from "./journey.mjs";
import { BINARY, OUT } from "./leo.mjs";
import { ask, ended, pick } from "./page.mjs";

const QUESTION = "How many tickets are there by priority?";

async function taken(page, control) {
  const [download] = await Promise.all([page.waitForEvent("download"), control.click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

journey("an answer is taken away as CSV, JSON, Parquet and as a capsule that verifies", async ({ open }) => {
  const page = await open();
  await pick(page, "Help desk");
  await ask(page, QUESTION);
  const answer = await ended(page);
  const take = (name) => taken(page, answer.getByRole("link", { name, exact: true }));
  await answer.getByRole("gridcell").first().waitFor();
  const cells = await answer.getByRole("gridcell").allInnerTexts();
  assert.ok(cells.length >= 4);

  const csv = await take("CSV");
  assert.match(csv.name, /\.csv$/);
  const lines = csv.bytes.toString("utf8").trim().split(/\r?\n/);
  assert.deepEqual(
    lines.slice(1).flatMap((line) => line.split(",")),
    cells.map((cell) => cell.replaceAll(",", "")),
    "the file has the rows of the table",
  );
  const json = JSON.parse((await take("JSON")).bytes.toString("utf8"));
  assert.ok(JSON.stringify(json).includes(lines[1].split(",")[1]));
  const parquet = await take("Parquet");
  assert.equal(parquet.bytes.subarray(0, 4).toString("latin1"), "PAR1");
  assert.equal(parquet.bytes.subarray(-4).toString("latin1"), "PAR1");

  const capsule = await take("Run capsule");
  const file = join(OUT, capsule.name);
  writeFileSync(file, capsule.bytes);
  execFileSync(BINARY, ["capsule", "verify", file]);
  writeFileSync(file, capsule.bytes.toString("utf8").replace(QUESTION, "How many tickets are there?"));
  assert.throws(
    () => execFileSync(BINARY, ["capsule", "verify", file], { stdio: "pipe" }),
    "one that was altered",
  );
});

journey("a chart is taken away as SVG and PNG that stand by themselves", async ({ open }) => {
  const page = await open();
  await pick(page, "Help desk");
  await ask(page, QUESTION);
  const answer = await ended(page);
  await answer.locator("canvas").first().waitFor();
  const svg = await taken(page, answer.getByRole("button", { name: "SVG" }));
  assert.match(svg.name, /\.svg$/);
  const found = await page.evaluate((source) => {
    const document = new DOMParser().parseFromString(source, "image/svg+xml");
    const all = [...document.querySelectorAll("*")];
    return {
      broken: document.querySelector("parsererror")?.textContent,
      active: all
        .filter(
          (one) =>
            /^(script|foreignObject|iframe|image|use|a)$/i.test(one.localName) ||
            [...one.attributes].some((own) => /^on/i.test(own.name) || /href$/i.test(own.name)),
        )
        .map((one) => one.outerHTML),
      words: all.filter((one) => one.localName === "text").map((one) => one.textContent),
      shapes: all.filter((one) => one.localName === "path").length,
    };
  }, svg.bytes.toString("utf8"));
  assert.equal(found.broken, undefined);
  assert.deepEqual(found.active, [], "nothing in it runs or loads");
  for (const word of ["P1", "P4"]) assert.ok(found.words.includes(word), `${word} is named: ${found.words}`);
  assert.ok(
    found.words.some((word) => word.includes("support · data")),
    `it says where it comes from: ${found.words}`,
  );
  assert.ok(found.shapes >= 4, "there is a bar for each priority");

  const png = await taken(page, answer.getByRole("button", { name: "PNG" }));
  assert.equal(png.bytes.subarray(1, 4).toString("latin1"), "PNG");
  assert.equal(png.bytes.readUInt32BE(16), 1920);
  const size = await page.evaluate(
    async (bytes) => {
      const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: "image/png" }));
      return [image.width, image.height];
    },
    [...png.bytes],
  );
  assert.deepEqual(size, [1920, png.bytes.readUInt32BE(20)]);
});
