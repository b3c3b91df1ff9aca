import { describe, expect, it } from "vitest";
import type { CapsuleCheck } from "../../lib/proof";
import { blamed, verdictOf, type ServerProof } from "./verdict";

const check: CapsuleCheck = { holds: true, events: 5, head: "h", digest: "d" };
const proof: ServerProof = {
  run_id: "r",
  status: "succeeded",
  outcome: "intact",
  events: 5,
  last_seq: 9,
  head: "h",
  digest: "d",
  recorded_head: "h",
  recorded_digest: "d",
};

describe("verdictOf", () => {
  it("is intact when the browser's own digest is the recorded one", () => {
    expect(verdictOf(check, proof)).toMatchObject({ kind: "intact", events: 5 });
  });

  it("does not take the server's word against the browser's own arithmetic", () => {
    const broken = verdictOf({ ...check, holds: false, event: 3, subject: "s" }, proof);
    expect(broken).toEqual({ kind: "broken", event: 3, subject: "s" });
    expect(blamed(broken)).toBe(3);
    expect(verdictOf({ ...check, digest: "x" }, proof).kind).toBe("other");
    expect(verdictOf({ ...check, head: "x" }, proof).kind).toBe("other");
    expect(verdictOf({ ...check, holds: false, field: "text" }, proof)).toEqual({
      kind: "record",
      field: "text",
    });
    expect(verdictOf({ ...check, holds: false, problem: "head" }, proof).kind).toBe("unreadable");
  });

  it("says what the server found in its log", () => {
    const altered = verdictOf(check, { ...proof, outcome: "altered", event: 2, reason: "No." });
    expect(altered).toEqual({ kind: "altered", event: 2, reason: "No." });
    expect(verdictOf(check, { ...proof, outcome: "open" }).kind).toBe("open");
  });
});
