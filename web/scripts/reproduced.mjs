// Builds the app a second time, elsewhere, and fails when any byte differs from the committed build: what people run
// is what the sources give.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const files = (dir) =>
  readdirSync(dir, { recursive: true })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => relative(dir, path))
    .filter((name) => name !== "BUILD.json")
    .sort();

const again = mkdtempSync(join(tmpdir(), "leo-web-"));
try {
  const vite = [
    "node_modules/vite/bin/vite.js",
    "build",
    "--outDir",
    again,
    "--emptyOutDir",
    "--logLevel",
    "warn",
  ];
  const { status } = spawnSync(process.execPath, vite, { stdio: "inherit" });
  if (status !== 0) process.exit(1);
  const [committed, made] = [files("dist"), files(again)];
  const differing = [...new Set([...committed, ...made])].filter(
    (name) =>
      !committed.includes(name) ||
      !made.includes(name) ||
      !readFileSync(join("dist", name)).equals(readFileSync(join(again, name))),
  );
  if (differing.length > 0) {
    console.error(`dist is not what the sources build; run make web. These differ:\n${differing.join("\n")}`);
    process.exit(1);
  }
  console.log(`reproduced: ${made.length} files of dist are what the sources build, byte for byte`);
} finally {
  rmSync(again, { recursive: true });
}
