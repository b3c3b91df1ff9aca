// Fails when the build is too heavy or not made from the present sources.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { sourcesHash } from "./sources.mjs";

const FIRST_LOAD_GZ = 190_000;
const LAZY_CHUNK_GZ = 260_000;
const DIST_RAW = 2_500_000;

const gz = (path) => gzipSync(readFileSync(path), { level: 9 }).length;
const kB = (n) => `${(n / 1000).toFixed(1)} kB`;

const html = readFileSync("dist/index.html", "utf8");
const first = [...html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map((match) => join("dist", match[1]));
const assets = readdirSync("dist/assets").map((name) => join("dist/assets", name));
const lazy = assets.filter((path) => path.endsWith(".js") && !first.includes(path));
const walk = (dir) =>
  readdirSync(dir, { recursive: true })
    .map((name) => join(dir, name))
    .filter((p) => statSync(p).isFile());
const raw = walk("dist").reduce((sum, path) => sum + statSync(path).size, 0);

const problems = [];
const check = (what, size, limit) => {
  console.log(`${what.padEnd(44)} ${kB(size).padStart(10)}  of ${kB(limit)}`);
  if (size > limit) problems.push(`${what} is ${kB(size)}, the budget is ${kB(limit)}`);
};
check(
  "first load, JavaScript, gzip",
  first.reduce((sum, path) => sum + gz(path), 0),
  FIRST_LOAD_GZ,
);
for (const path of lazy) check(`lazy ${path.slice("dist/assets/".length)}, gzip`, gz(path), LAZY_CHUNK_GZ);
check("dist, raw", raw, DIST_RAW);

const built = JSON.parse(readFileSync("dist/BUILD.json", "utf8")).sources_sha256;
if (built !== sourcesHash()) problems.push("dist was not built from these sources: run make web");
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
