import {
  autocompletion,
  completeFromList,
  completionStatus,
  startCompletion,
} from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { describe, expect, it, vi } from "vitest";
import { pythonNames, sqlNames } from "./completion";
import { placeOf } from "./place";
import { offersNothing } from "./setup";

const at = (code: string, details: Record<string, unknown>): string | undefined => {
  const place = placeOf({ code: "QUERY_ERROR", message: "", details }, code);
  return place && code.slice(place.from, place.to);
};

describe("placeOf", () => {
  it("finds the word or the signs at a byte, also behind letters of several bytes", () => {
    expect(at("SELECT revnue FROM t", { position: 7 })).toBe("revnue");
    expect(at("SELECT 'Zürich 🦁', revnue FROM t", { position: 23 })).toBe("revnue");
    expect(at('SELECT "my col" FROM t', { position: 7 })).toBe('"my col"');
    expect(at("SELECT a === b", { position: 9 })).toBe("===");
  });
  it("finds what a line and a column name, counted from 1", () => {
    expect(at("a = 1\nöß🦁b = c.d\n", { line: 2, column: 8 })).toBe("c");
    expect(at("a = 1\nimport os\n", { line: 2 })).toBe("import os");
  });
  it("marks what is before an end that came too early", () => {
    expect(at("SELECT a FROM", { position: 13 })).toBe("FROM");
    expect(at("SELECT a FROM ", { position: 500 })).toBe("FROM");
    expect(at("", { position: 0 })).toBe("");
  });
  it("is nothing where the fault names no place", () => {
    expect(at("SELECT 1", {})).toBeUndefined();
  });
});

const schema = {
  id: "d",
  version: "v",
  relations: [],
  tables: [
    {
      name: "sales",
      rows: 1200,
      columns: [{ name: "amount", type: "decimal" as const, engine_type: "DECIMAL", unit: "EUR" }],
    },
    {
      name: "old sales",
      rows: 3,
      columns: [{ name: "amount", type: "decimal" as const, engine_type: "DECIMAL" }],
    },
  ],
};

describe("completion", () => {
  it("offers tables with their rows and columns with their types", () => {
    const names = sqlNames(schema) as Record<string, { self: object; children: object[] }>;
    expect(names.sales?.self).toMatchObject({ label: "sales", detail: "1,200" });
    expect(names.sales?.children).toEqual([
      { label: "amount", type: "property", detail: "decimal, EUR", info: undefined },
    ]);
  });
  it("offers Python the tables that can be names, and each column once", () => {
    const labels = pythonNames(schema).map((one) => one.label);
    expect(labels).toEqual(["sales", "dfs", "result_df", "amount"]);
  });
  it("is not offered over a word that is finished", async () => {
    const state = (doc: string) =>
      EditorState.create({
        doc,
        selection: { anchor: doc.length },
        extensions: autocompletion({ override: [completeFromList(["DESC", "description"])] }),
      });
    const offered = async (doc: string) => {
      const view = new EditorView({ state: state(doc), parent: document.body });
      startCompletion(view);
      await vi.waitFor(() => expect(completionStatus(view.state)).toBe("active"));
      const nothing = offersNothing(view.state);
      view.destroy();
      return nothing;
    };
    expect(await offered("ORDER BY n des")).toBe(false);
    expect(await offered("ORDER BY n desc")).toBe(false);
    expect(await offered("SELECT description")).toBe(true);
  });
});
