// How the journeys are told: a line each, what failed in full, and the counts with the place of the evidence.
import { relative } from "node:path";
import { OUT } from "./leo.mjs";

export default async function* report(source) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of source) {
    if (!["test:pass", "test:fail"].includes(type) || data.details?.type === "suite") continue;
    const took = `(${(data.details.duration_ms / 1000).toFixed(1)} s)`;
    if (data.skip === "test name does not match pattern") continue;
    if (data.skip !== undefined) {
      counts.skipped += 1;
      yield `skip  ${data.name}: ${data.skip || "no reason given"}\n`;
    } else if (type === "test:pass") {
      counts.passed += 1;
      yield `ok    ${data.name} ${took}\n`;
    } else {
      counts.failed += 1;
      const error = data.details.error;
      yield `FAIL  ${data.name} ${took}\n${error.cause?.stack ?? error.stack}\n`;
    }
  }
  yield `${counts.passed} journeys passed, ${counts.failed} failed, ${counts.skipped} skipped; evidence in ${relative("..", OUT)}\n`;
}
