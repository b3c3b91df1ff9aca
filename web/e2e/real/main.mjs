// The journeys a person makes, on the product itself: leo with its sandboxes and the demo data, in a real Chromium.
//
//   make test-e2e                                        everything, from a clean tree
//   node e2e/real/main.mjs keyboard                      some of it, on bin/leo as it is
import { mkdirSync } from "node:fs";
import { OUT } from "./leo.mjs";

mkdirSync(OUT, { recursive: true });

await import("./ask.mjs");
await import("./chips.mjs");
await import("./editor.mjs");
await import("./prompts.mjs");
await import("./python.mjs");
await import("./uploads.mjs");
await import("./export.mjs");
await import("./share.mjs");
await import("./audit.mjs");
await import("./keyboard.mjs");
await import("./stream.mjs");
await import("./figures.mjs");
await import("./views.mjs");
