// Writes src/api.d.ts, the types of the HTTP API, from the OpenAPI document. With --check it only says whether
// the committed file is what the document gives.
import { readFileSync, writeFileSync } from "node:fs";
import openapi, { astToString } from "openapi-typescript";

const OUT = new URL("../src/api.d.ts", import.meta.url);
const document = new URL("../../gateway/api/openapi.json", import.meta.url);

const head = "// Made from gateway/api/openapi.json by `npm run types`. Do not edit.\n\n";
const made = head + astToString(await openapi(document, { emptyObjectsUnknown: true }));

if (!process.argv.includes("--check")) {
  writeFileSync(OUT, made);
} else if (readFileSync(OUT, "utf8") !== made) {
  console.error("src/api.d.ts is not what the OpenAPI document gives: run npm run types, then npm run build");
  process.exit(1);
} else {
  console.log("types: src/api.d.ts is what the OpenAPI document gives");
}
