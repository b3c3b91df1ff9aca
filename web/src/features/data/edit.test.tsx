import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { ApiError } from "../../lib/http";
import { EditText } from "./EditText";
import { Overview } from "./Overview";
import { RelationForm } from "./RelationForm";
import type { Table } from "./queries";

afterEach(cleanup);

function edit(onSave?: (value: string) => Promise<void>, lines = false) {
  render(
    <EditText what="Description: orders" value="old" lines={lines} onSave={onSave}>
      {"old"}
    </EditText>,
  );
}

const open = () => fireEvent.click(screen.getByRole("button", { name: "Edit Description: orders" }));
const field = () => screen.getByRole("textbox", { name: "Description: orders" });

it("saves on Enter and gives the focus back to the pencil", async () => {
  const save = vi.fn(() => Promise.resolve());
  edit(save);
  open();
  expect(document.activeElement).toBe(field());
  fireEvent.change(field(), { target: { value: "new" } });
  fireEvent.keyDown(field(), { key: "Enter" });
  await waitFor(() => expect(screen.queryByRole("textbox")).toBeNull());
  expect(save).toHaveBeenCalledExactlyOnceWith("new");
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Edit Description: orders" }));
});

it("leaves everything as it was on Escape, and asks nothing when nothing changed", async () => {
  const save = vi.fn(() => Promise.resolve());
  edit(save, true);
  open();
  fireEvent.change(field(), { target: { value: "new" } });
  fireEvent.keyDown(field(), { key: "Enter", shiftKey: true });
  fireEvent.keyDown(field(), { key: "Escape" });
  expect(screen.queryByRole("textbox")).toBeNull();
  open();
  fireEvent.keyDown(field(), { key: "Enter" });
  await waitFor(() => expect(screen.queryByRole("textbox")).toBeNull());
  expect(save).not.toHaveBeenCalled();
});

it("keeps what was typed and says why it was refused", async () => {
  edit(() =>
    Promise.reject(new ApiError(409, { code: "CONFLICT", message: "Ada was faster.", hint: "Load it." })),
  );
  open();
  fireEvent.change(field(), { target: { value: "new" } });
  fireEvent.keyDown(field(), { key: "Enter" });
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("Ada was faster.");
  expect(alert.textContent).toContain("save yours again");
  expect((field() as HTMLInputElement).value).toBe("new");
});

it("offers no pencil to those who may not edit", () => {
  edit();
  expect(screen.queryByRole("button")).toBeNull();
});

const tables: Table[] = ["orders", "customers"].map((name) => ({
  name,
  rows: 3,
  columns: [
    { name: "id", type: "integer", engine_type: "BIGINT" },
    { name: "customer_id", type: "integer", engine_type: "BIGINT" },
  ],
}));

it("adds a relation once both sides are chosen", async () => {
  const submit = vi.fn(() => Promise.resolve());
  render(<RelationForm tables={tables} onSubmit={submit} onCancel={() => {}} />);
  const choose = (name: string, value: string) =>
    fireEvent.change(screen.getByRole("combobox", { name }), { target: { value } });
  const add = () => screen.getByRole("button", { name: "Add" });
  expect(add().hasAttribute("disabled")).toBe(true);
  choose("Table with many rows", "orders");
  choose("Table it belongs to", "customers");
  choose("Its column", "customer_id");
  choose("Column there", "id");
  fireEvent.submit(add().closest("form")!);
  await waitFor(() =>
    expect(submit).toHaveBeenCalledExactlyOnceWith({
      from_table: "orders",
      from_columns: ["customer_id"],
      to_table: "customers",
      to_columns: ["id"],
    }),
  );
});

it("says nothing of rows and tables before the files were read", () => {
  const dataset = {
    id: "d",
    title: "D",
    version: "v",
    state: "preparing" as const,
    files: [],
    created_at: "2026-01-02T03:04:05Z",
  };
  const { rerender } = render(<Overview dataset={dataset} />);
  expect(screen.queryByText("Rows")).toBeNull();
  expect(screen.queryByText("Tables")).toBeNull();
  rerender(<Overview dataset={{ ...dataset, state: "ready", tables: [] }} />);
  expect(screen.getByText("Rows")).toBeTruthy();
});
