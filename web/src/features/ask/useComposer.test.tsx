import { act, renderHook } from "@testing-library/react";
import { useEffect, useRef } from "react";
import { beforeEach, describe, expect, it } from "vitest";
import { keepDraft, keepStatements, statementsOf } from "../../lib/draft";
import { useComposer } from "./useComposer";

beforeEach(() => sessionStorage.clear());

/** A box as the page has it. Another call is the page after a reload. */
const box = (thread?: string) =>
  renderHook(({ of }) => useComposer(of, "the question", () => {}), { initialProps: { of: thread } });

const edit = { language: "sql" as const, code: "SELECT 2", runId: "r1", original: "SELECT 2" };

describe("useComposer", () => {
  it("keeps each language's text while another is written", () => {
    const { result } = box();
    act(() => result.current.write("sql", "SELECT 1"));
    act(() => result.current.write("python", "x = 1"));
    act(() => result.current.setMode("question"));
    expect(result.current.text).toBe("the question");
    act(() => result.current.setMode("sql"));
    expect(result.current.text).toBe("SELECT 1");
    act(() => result.current.setMode("python"));
    expect(result.current.text).toBe("x = 1");
  });

  it("has a statement and what it changes back after a reload", () => {
    const before = box("t1");
    act(() => before.result.current.take(edit));
    act(() => before.result.current.setText("SELECT 3"));
    before.unmount();
    const { result } = box("t1");
    expect(result.current).toMatchObject({ mode: "sql", text: "SELECT 3" });
    expect(result.current.edit).toMatchObject({ runId: "r1", original: "SELECT 2" });
  });

  it("keeps the statements of conversations apart", () => {
    const { result, rerender } = box("t1");
    act(() => result.current.write("sql", "SELECT 1"));
    rerender({ of: "t2" });
    expect(result.current).toMatchObject({ mode: "sql", text: "" });
    act(() => result.current.setText("SELECT 2"));
    rerender({ of: "t1" });
    expect(result.current.text).toBe("SELECT 1");
    keepDraft("t3", "How many?");
    rerender({ of: "t3" });
    expect(result.current.mode, "a question that was begun is shown").toBe("question");
  });

  it("adds what the editor writes as it opens to the conversation it opens in", () => {
    keepStatements("t1", { mode: "sql", sql: "SELECT 1", python: "x = 1" });
    keepStatements("t2", { mode: "sql", sql: "SELECT 2", python: "" });
    const { rerender } = renderHook(
      ({ of }) => {
        // As an editor does: a child's effects run before those of its parent.
        const editor = useRef<(code: string) => void>(undefined);
        useEffect(() => editor.current?.("SELECT 2"), [of]);
        const composer = useComposer(of, "", () => {});
        editor.current = of === "t2" ? composer.setText : undefined;
        return composer;
      },
      { initialProps: { of: "t1" } },
    );
    rerender({ of: "t2" });
    expect(statementsOf("t2")).toEqual({ mode: "sql", sql: "SELECT 2", python: "" });
  });

  it("forgets a statement once the server has it, and not before", () => {
    const { result } = box();
    act(() => result.current.write("sql", "SELECT 1"));
    act(() => result.current.hand("sql"));
    expect(result.current.text).toBe("");
    expect(box().result.current.text).toBe("SELECT 1");
    act(() => result.current.sent("sql", "SELECT 1"));
    expect(box().result.current).toMatchObject({ mode: "question", text: "the question" });
  });

  it("does not forget what was written after it was sent", () => {
    const { result } = box();
    act(() => result.current.write("sql", "SELECT 1"));
    act(() => result.current.hand("sql"));
    act(() => result.current.setText("SELECT 2"));
    act(() => result.current.sent("sql", "SELECT 1"));
    expect(box().result.current.text).toBe("SELECT 2");
  });

  it("gives up an edit for good", () => {
    const { result } = box("t1");
    act(() => result.current.take(edit));
    act(() => result.current.clear("sql"));
    expect(box("t1").result.current).toMatchObject({ mode: "question", edit: undefined });
  });
});
