// Fails if package-lock.json lacks an optional package that another package
// names. npm writes such a lock when a release's platform packages are not all
// published yet; `npm ci` then works on this platform and breaks on the others.
import { readFileSync } from "node:fs";

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));

/** Looks for a package the way Node does: in each enclosing node_modules, innermost first. */
function locked(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    if (packages[`${at ? at + "/" : ""}node_modules/${name}`]) return true;
    if (!at.includes("/node_modules/")) return Boolean(packages[`node_modules/${name}`]);
  }
}

const missing = Object.entries(packages).flatMap(([path, entry]) =>
  Object.keys(entry.optionalDependencies ?? {})
    .filter((name) => !locked(path, name))
    .map((name) => `${path} -> ${name}`),
);
if (missing.length > 0) {
  console.error(`package-lock.json lacks optional packages:\n${missing.join("\n")}`);
  process.exit(1);
}
console.log("optcheck: package-lock.json is complete");
