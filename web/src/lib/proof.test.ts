import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkCapsule } from "./proof";
import { sha256 } from "./sha256";
import { compact, elements, members, spanOf } from "./spans";

// The same files that `leo capsule verify` is held to.
const stored = (name: string) => readFileSync(`../shared/run/testdata/proof/${name}`, "utf8");
const capsule = stored("capsule.json");
const vectors = JSON.parse(stored("vectors.json")) as {
  head: string;
  digest: string;
  changes: { name: string; from: string; to: string; event: number; holds?: boolean }[];
};

describe("sha256", () => {
  it("is the one everybody computes, at every length around a block", () => {
    for (const length of [0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 1000, 100_000]) {
      const text = "naïve 山🦁 ".repeat(length).slice(0, length);
      expect(sha256(text)).toBe(createHash("sha256").update(text).digest("hex"));
    }
  });
});

describe("spans", () => {
  it("keeps the bytes of a value, whatever stands inside its strings", () => {
    const text = ' { "a\\"" : [ 1.50 , "}, \\\\" , {"b":[]} ] , "n":90071992547409931 } ';
    const whole = members(spanOf(text));
    expect(elements(whole.get('a"')!).map(compact)).toEqual(["1.50", '"}, \\\\"', '{"b":[]}']);
    expect(compact(whole.get("n")!)).toBe("90071992547409931");
    expect(compact(spanOf(text))).toBe('{"a\\"":[1.50,"}, \\\\",{"b":[]}],"n":90071992547409931}');
  });

  it("refuses what is not JSON", () => {
    expect(() => spanOf("{a:1}")).toThrow();
    expect(() => spanOf('{"a":1} {"b":2}')).toThrow();
  });
});

describe("checkCapsule", () => {
  it("computes the head and the digest that the server does", () => {
    expect(checkCapsule(capsule)).toEqual({
      holds: true,
      events: 7,
      head: vectors.head,
      digest: vectors.digest,
    });
  });

  it.each(vectors.changes)("finds $name", ({ from, to, event, holds }) => {
    const changed = capsule.replace(from, () => to);
    expect(changed).not.toBe(capsule);
    const found = checkCapsule(changed);
    expect(found.holds).toBe(holds ?? false);
    expect(found.event ?? 0).toBe(event);
    if (holds) expect(found.digest).toBe(vectors.digest);
  });

  it("names the part of the record that its events do not say", () => {
    expect(checkCapsule(capsule.replace('"text": "There are 2."', '"text": "There are 3."')).field).toBe(
      "text",
    );
    expect(checkCapsule(capsule.replace('"status": "succeeded"', '"status": "failed"')).field).toBe("status");
  });
});
