import { EditorView } from "@codemirror/view";
import { forEachDiagnostic } from "@codemirror/lint";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import type { ComponentProps } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import StatementEditor from "./StatementEditor";

type Props = ComponentProps<typeof StatementEditor>;

beforeEach(() => {
  // The layout that the editor measures is not there without a browser.
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  // A browser tells of a selection after what caused it, the DOM of the tests in the middle.
  document.addEventListener("selectionchange", stop, { capture: true });
});
afterEach(() => {
  cleanup();
  document.removeEventListener("selectionchange", stop, { capture: true });
});

const stop = (event: Event) => event.stopImmediatePropagation();

function open(change: Partial<Props> = {}) {
  const props: Props = {
    language: "sql",
    value: "SELECT 1",
    onChange: vi.fn(),
    onRun: vi.fn(),
    onLeave: vi.fn(),
    ...change,
  };
  const page = render(<StatementEditor {...props} />);
  const box = screen.getByRole("textbox");
  const view = EditorView.findFromDOM(box);
  if (!view) throw new Error("there is no editor");
  const set = (more: Partial<Props>) => page.rerender(<StatementEditor {...props} {...more} />);
  return { props, box, view, set };
}

const type = (view: EditorView, text: string) =>
  view.dispatch({ changes: { from: view.state.doc.length, insert: text } });

it("takes the focus, with the cursor behind what is there, and tells what is typed", () => {
  const { props, box, view } = open();
  expect(document.activeElement).toBe(box);
  expect(view.state.selection.main.head).toBe("SELECT 1".length);
  type(view, " + 1");
  expect(props.onChange).toHaveBeenLastCalledWith("SELECT 1 + 1");
});

it("runs on Ctrl Enter and is left on Escape", () => {
  const { props, box } = open();
  fireEvent.keyDown(box, { key: "Enter", code: "Enter", keyCode: 13, ctrlKey: true });
  expect(props.onRun).toHaveBeenCalledOnce();
  fireEvent.keyDown(box, { key: "Escape", code: "Escape", keyCode: 27 });
  expect(props.onLeave).toHaveBeenCalledOnce();
  expect(props.onChange).not.toHaveBeenCalled();
});

it("takes over a statement that is put in, and keeps its own while nothing is", () => {
  const { view, set } = open();
  type(view, " -- mine");
  set({ value: "SELECT 1 -- mine", schema: { tables: [] } as unknown as Props["schema"] });
  expect(view.state.doc.toString()).toBe("SELECT 1 -- mine");
  set({ value: "SELECT 2" });
  expect(view.state.doc.toString()).toBe("SELECT 2");
});

it("underlines what was refused at its place and puts the cursor there", () => {
  const { view, set } = open({ value: "SELECT totl FROM orders" });
  const marks = () => {
    const found: string[] = [];
    forEachDiagnostic(view.state, (one, from, to) =>
      found.push(`${view.state.sliceDoc(from, to)}: ${one.message}`),
    );
    return found;
  };
  expect(marks()).toEqual([]);
  set({
    value: "SELECT totl FROM orders",
    fault: {
      code: "QUERY_ERROR",
      message: "No such column.",
      hint: "",
      details: { position: 7, name: "totl" },
    },
  });
  expect(marks()).toEqual(["totl: No such column."]);
  expect(view.state.selection.main.head).toBe(7);
  set({ value: "SELECT totl FROM orders" });
  expect(marks()).toEqual([]);
});

it("shows what differs from the statement that was proposed", () => {
  const { box, set } = open({ value: "SELECT 2" });
  const shown = () => box.closest(".cm-editor")?.querySelectorAll(".cm-changedLine, .cm-deletedChunk").length;
  expect(shown()).toBe(0);
  set({ value: "SELECT 2", original: "SELECT 1" });
  expect(shown()).toBeGreaterThan(0);
});
