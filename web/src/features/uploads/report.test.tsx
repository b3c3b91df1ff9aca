import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { uploadApi } from "./api";
import { Report } from "./Report";

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function show(mayReread: boolean) {
  vi.spyOn(uploadApi, "report").mockResolvedValue({
    id: "orders",
    version: "v1",
    state: "ready",
    may_reread: mayReread,
    files: [
      {
        file: "orders.csv",
        table: "orders",
        file_table: "orders",
        format: "csv",
        delimiter: ";",
        encoding: "utf-8",
        header_line: 1,
        read: 2,
        kept: 1,
        rejected: 1,
        rejects: [{ line: 3, message: "Expected 2 fields, found 1." }],
        notes: [],
        columns: [{ name: "id", source: "id", type: "integer", nulls: 0, failed: 0 }],
      },
    ],
  } as unknown as Awaited<ReturnType<typeof uploadApi.report>>);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Report page dataset={{ id: "orders", version: "v1", state: "ready" }} />
    </QueryClientProvider>,
  );
}

it("lets those who may read a file differently override a type", async () => {
  show(true);
  const reread = vi.spyOn(uploadApi, "reread").mockResolvedValue({} as never);
  fireEvent.change(await screen.findByLabelText("Type of id"), { target: { value: "text" } });
  fireEvent.click(screen.getByText("Prepare again with these"));
  expect(reread).toHaveBeenCalledWith("orders", { orders: { columns: [{ column: "id", type: "text" }] } });
});

it("shows the lines left out to everybody, and offers no override to those who may not", async () => {
  show(false);
  expect(await screen.findByText("Expected 2 fields, found 1.")).toBeTruthy();
  expect(screen.getByLabelText<HTMLSelectElement>("Type of id").disabled).toBe(true);
  expect(screen.getByLabelText("Separator").closest("fieldset")?.disabled).toBe(true);
});
