// What the build is made from, and the hash over it. build_test.go computes the
// same hash in Go: change the two together.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const ROOTS = [
  "index.html",
  "package.json",
  "package-lock.json",
  "public",
  "src",
  "tsconfig.json",
  "vite.config.ts",
];

function walk(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => walk(join(path, name)));
}

/** Every source of the build, sorted by path in byte order. Tests and mere types do not change it. */
export function sources() {
  return ROOTS.flatMap(walk)
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !/\.(test\.tsx?|d\.ts)$/.test(path))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** SHA-256 over lines like those of sha256sum: "<hash of the file>  <path>\n". */
export function sourcesHash() {
  const all = createHash("sha256");
  for (const path of sources()) {
    const one = createHash("sha256").update(readFileSync(path)).digest("hex");
    all.update(`${one}  ${path}\n`);
  }
  return all.digest("hex");
}
