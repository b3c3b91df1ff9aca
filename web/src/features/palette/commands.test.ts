import { describe, expect, it } from "vitest";
import { find, score, type Command, type Group } from "./commands";

const make = (group: Group, label: string, also = ""): Command => ({
  id: `${group} ${label}`,
  group,
  label,
  also,
  run: () => {},
});
const all = [
  make("thread", "Revenue by data source"),
  make("go", "Data"),
  make("go", "Audit", "log"),
  make("do", "Add data"),
  make("dataset", "Téa shop", "tea-shop"),
];
const names = (query: string) => find(all, query).map((one) => one.label);

describe("find", () => {
  it("shows pages, then commands, then datasets, then questions", () => {
    expect(names("")).toEqual(["Data", "Audit", "Add data", "Téa shop", "Revenue by data source"]);
  });

  it("wants every word, without case and accents, also in what is not shown", () => {
    expect(names("DATA re")).toEqual(["Revenue by data source"]);
    expect(names("tea")).toEqual(["Téa shop"]);
    expect(names("log")).toEqual(["Audit"]);
    expect(names("nothing of the kind")).toEqual([]);
  });

  it("shows a few of very many until something is typed", () => {
    const many = Array.from({ length: 80 }, (_, at) => make("thread", `question ${at}`));
    expect(find(many, "")).toHaveLength(5);
    expect(find(many, "question")).toHaveLength(50);
  });
});

describe("score", () => {
  it("prefers the start of the label, then the start of a word", () => {
    const points = ["Data page", "Add data", "metadata"].map((label) => score(label, "", "data"));
    expect(points).toEqual([5, 3, 1]);
  });
});
