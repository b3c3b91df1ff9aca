// Writes dist/BUILD.json, which ties the committed build to its sources.
import { writeFileSync } from "node:fs";
import { sourcesHash } from "./sources.mjs";

writeFileSync("dist/BUILD.json", JSON.stringify({ sources_sha256: sourcesHash() }, null, 2) + "\n");
