import { describe, expect, it } from "vitest";
import type { Upload } from "../../lib/protocol";
import { chosen, fingerprint, folderOf, limitsOf, problemOfAll, problems, titleFrom } from "./check";
import { backoffMs, MAX_PIECE, mayPass, MIN_PIECE, nextPiece } from "./pace";
import { IDLE, isBusy, percentOf, secondsLeft, sentOf, uploadReducer, type UploadEvent } from "./state";
import { matching } from "./store";

const upload = {
  id: "u",
  title: "Shop",
  files: [
    { id: "a", name: "a.csv", bytes: 1000, received: 400 },
    { id: "b", name: "b.csv", bytes: 1000, received: 0 },
  ],
};
const play = (...events: UploadEvent[]) => events.reduce(uploadReducer, IDLE);
const begun: UploadEvent = { type: "begun", upload, now: 0 };

describe("an upload", () => {
  it("begins where the server has come to", () => {
    const state = play(begun);
    expect(state.phase).toBe("sending");
    expect(sentOf(state)).toBe(400);
    expect(percentOf(state)).toBe(20);
    expect(state.files.map((file) => file.status)).toEqual(["sending", "waiting"]);
    expect(isBusy(state)).toBe(true);
  });

  it("counts bytes under way, and never beyond a file's end", () => {
    const state = play(begun, { type: "flying", id: "a", bytes: 5000, now: 10 });
    expect(sentOf(state)).toBe(1000);
    expect(percentOf(state)).toBe(50);
  });

  it("is not at 100 per cent before everything is stored", () => {
    const flying = play(
      begun,
      { type: "stored", id: "a", offset: 1000, now: 1 },
      { type: "flying", id: "b", bytes: 1000, now: 2 },
    );
    expect(percentOf(flying)).toBe(99);
    expect(percentOf(uploadReducer(flying, { type: "stored", id: "b", offset: 1000, now: 3 }))).toBe(100);
  });

  it("knows its speed and the time left once it was measured", () => {
    expect(secondsLeft(play(begun))).toBeUndefined();
    const state = play(begun, { type: "stored", id: "a", offset: 1000, now: 1000 });
    expect(state.rate).toBe(600);
    expect(secondsLeft(state)).toBeCloseTo(1000 / 600);
  });

  it("falls back to what is stored when it is cut, and goes on", () => {
    const cut = play(begun, { type: "flying", id: "a", bytes: 300, now: 10 }, { type: "cut", retryAt: 5000 });
    expect(cut.phase).toBe("cut");
    expect(sentOf(cut)).toBe(400);
    expect(secondsLeft(cut)).toBeUndefined();
    expect(isBusy(cut)).toBe(true);
    expect(uploadReducer(cut, { type: "back" })).toMatchObject({ phase: "sending", retryAt: undefined });
  });

  it("goes on without a file that was taken out", () => {
    const state = play(begun, { type: "dropped", id: "b" });
    expect(percentOf(state)).toBe(40);
  });

  it("ends made, failed or as nothing", () => {
    const made = play(begun, { type: "finishing" }, { type: "made", datasetId: "shop", version: "1" });
    expect(made).toMatchObject({ phase: "made", datasetId: "shop" });
    expect(isBusy(made)).toBe(false);
    expect(isBusy(play(begun, { type: "failed", fault: { code: "X", message: "no" } }))).toBe(false);
    expect(play(begun, { type: "reset" })).toEqual(IDLE);
  });

  it("does not take news of a file that is gone", () => {
    const state = play(
      begun,
      { type: "dropped", id: "b" },
      { type: "stored", id: "b", offset: 1000, now: 1 },
    );
    expect(state.files).toHaveLength(1);
  });
});

const file = (name: string, size: number, at = 1) => {
  const made = new File([], name, { lastModified: at });
  Object.defineProperty(made, "size", { value: size });
  return made;
};

describe("files", () => {
  it("are refused before a byte is sent", () => {
    const limits = { maxFile: 100, maxTotal: 150, maxFiles: 3 };
    const list = ["a.csv", "a.csv", "b.pdf", "c.csv", "d.jsonl.gz", "e.tsv"].map((name, at) => ({
      name,
      file: file(name, [10, 10, 10, 0, 101, 50][at] ?? 0),
    }));
    expect([...problems(list, limits).keys()]).toEqual([1, 2, 3, 4]);
    expect(problemOfAll(list, limits)).toContain("3 files");
    expect(problemOfAll(list.slice(0, 1), limits)).toBeUndefined();
    expect(problemOfAll([{ name: "x.csv", file: file("x.csv", 151) }], limits)).toContain("Together");
  });

  it("of every format that is read are taken", () => {
    const names = [
      "a.csv",
      "A.TSV",
      "a.txt.gz",
      "a.csv.zst",
      "a.parquet",
      "a.jsonl",
      "a.ndjson.gz",
      "a.xlsx",
      "a.json",
    ];
    expect(
      problems(
        names.map((name) => ({ name, file: file(name, 5) })),
        limitsOf(),
      ).size,
    ).toBe(0);
    expect(problems([{ name: "a.xls", file: file("a.xls", 5) }], limitsOf()).size).toBe(1);
  });

  it("come in the order of their names, without those of the system", () => {
    const names = chosen([file("p10.csv", 1), file(".DS_Store", 1), file("p2.csv", 1), file("~$x.xlsx", 1)]);
    expect(names.map((one) => one.name)).toEqual(["p2.csv", "p10.csv"]);
  });

  it("name their dataset", () => {
    expect(titleFrom([file("web_orders-2024.csv.gz", 1)])).toBe("Web orders 2024");
    expect(titleFrom([file("a.csv", 1)], "q3_sales")).toBe("Q3 sales");
    expect(folderOf([file("a.csv", 1)])).toBeUndefined();
  });
});

describe("the pace", () => {
  it("stays between what the server takes at least and at most", () => {
    expect(nextPiece(MIN_PIECE, 60_000)).toBe(MIN_PIECE);
    expect(nextPiece(MAX_PIECE, 1)).toBe(MAX_PIECE);
    expect(nextPiece(4 * MIN_PIECE, 2000)).toBe(4 * MIN_PIECE);
  });

  it("waits longer after each failure, up to half a minute", () => {
    expect([1, 2, 3, 6, 60].map(backoffMs)).toEqual([1000, 2000, 4000, 30_000, 30_000]);
    expect([0, 429, 503, 502].every(mayPass)).toBe(true);
    expect([400, 404, 413, 507].some(mayPass)).toBe(false);
  });
});

describe("an unfinished upload", () => {
  const one = file("a.csv", 10);
  const open = {
    id: "u",
    mode: "new",
    files: [
      { id: "1", name: "a.csv", bytes: 10, received: 4, fingerprint: fingerprint(one) },
      { id: "2", name: "b.csv", bytes: 10, received: 10, fingerprint: "b" },
    ],
  } as Upload;
  const choice = [{ name: "a.csv", file: one }];

  it("is found again by the files it still needs", () => {
    expect(matching(choice, { title: "" }, [open])?.id).toBe("u");
  });

  it("is not taken for other files, or for another dataset", () => {
    expect(matching([{ name: "a.csv", file: file("a.csv", 10, 2) }], { title: "" }, [open])).toBeUndefined();
    expect(matching(choice, { title: "", addTo: "shop" }, [open])).toBeUndefined();
  });
});
