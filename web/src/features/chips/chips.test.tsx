import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import ChipPopover from "./ChipPopover";
import type { Menu } from "./draft";
import { ColumnPicker } from "./fields";

const menu: Menu = {
  plan: {},
  sentence: "Sum of total per city.",
  chips: [
    {
      path: "/select/0",
      kind: "measure",
      label: "Sum of total",
      removable: true,
      measure: { agg: "sum", column: "orders.total" },
    },
    {
      path: "/group_by/0",
      kind: "dimension",
      label: "day by month",
      removable: true,
      dimension: { column: "orders.day", bucket: "month" },
    },
    {
      path: "/filters/0",
      kind: "filter",
      label: "total is above 5",
      removable: true,
      condition: { column: "orders.total", op: ">", value: 5, type: "decimal" },
    },
    {
      path: "/filters/1",
      kind: "range",
      label: "day is in 2025",
      removable: true,
      condition: { column: "orders.day", op: "between", period: { unit: "year", last: 1 }, type: "date" },
    },
    {
      path: "/order_by/0",
      kind: "order",
      label: "Highest total first",
      removable: true,
      order: { by: "total", direction: "desc" },
    },
    { path: "/limit", kind: "limit", label: "First 10", removable: true, limit: 10 },
  ],
  add: ["measure", "dimension", "filter", "range", "order", "limit"],
  columns: [
    { id: "orders.total", source: "orders", table: "orders", name: "total", type: "decimal" },
    { id: "orders.day", source: "orders", table: "orders", name: "day", type: "date" },
  ],
  outputs: [{ name: "total", type: "decimal", measure: true }],
  types: {
    decimal: { aggs: ["sum", "avg"], buckets: [], parts: [], ops: ["=", ">"] },
    date: { aggs: ["min"], buckets: ["day", "month"], parts: [], ops: ["between"] },
  },
  grouped: true,
  max_limit: 10_000,
};

/** What was sent to a path, newest last. */
let sent: { path: string; body: { edit?: Record<string, unknown> } }[] = [];
let refuse = false;

beforeEach(() => {
  sent = [];
  refuse = false;
  vi.stubGlobal(
    "fetch",
    vi.fn((at: string | Request, init?: RequestInit) => {
      const path = typeof at === "string" ? at : at.url;
      sent.push({ path, body: JSON.parse(String(init?.body)) as { edit?: Record<string, unknown> } });
      const json = (status: number, body: unknown) =>
        Promise.resolve(
          new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } }),
        );
      if (path.endsWith("/edits")) return json(200, menu);
      if (refuse)
        return json(400, {
          error: { code: "VALIDATION_ERROR", message: "That many rows are too many.", hint: "Take 10000." },
        });
      return json(200, {
        plan: { limit: 5 },
        sentence: "Sum of total per city, the first 5.",
        changes: [{ action: "changed", kind: "limit", before: "First 10", after: "First 5" }],
        notes: [],
      });
    }),
  );
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function popover(path?: string) {
  const onApply = vi.fn();
  const onClose = vi.fn();
  const trigger = createRef<HTMLButtonElement>();
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <button ref={trigger} />
      <ChipPopover
        of={{ runId: "r1", datasetId: "d1", plan: {} }}
        path={path}
        trigger={trigger}
        onClose={onClose}
        onApply={onApply}
      />
    </QueryClientProvider>,
  );
  return { onApply, onClose };
}

it("offers each kind of part to add, and goes back from one", async () => {
  popover();
  const kinds = await screen.findAllByRole("listitem");
  expect(kinds).toHaveLength(menu.add.length);
  fireEvent.click(screen.getByRole("button", { name: "A limit" }));
  expect(await screen.findByRole("textbox")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "Back" }));
  expect(await screen.findAllByRole("listitem")).toHaveLength(menu.add.length);
});

it("says what a change would compute before it is applied, and applies what was shown", async () => {
  const { onApply, onClose } = popover("/limit");
  const rows = await screen.findByRole("textbox");
  const apply = () => screen.getByRole<HTMLButtonElement>("button", { name: "Apply" });
  expect(apply().disabled).toBe(true); // nothing has changed
  fireEvent.change(rows, { target: { value: "5" } });
  await screen.findByText("Sum of total per city, the first 5.");
  await waitFor(() => expect(apply().disabled).toBe(false));
  expect(sent.at(-1)?.body.edit).toMatchObject({ action: "set", path: "/limit" });
  fireEvent.click(apply());
  expect(onApply).toHaveBeenCalledExactlyOnceWith({ limit: 5 });
  expect(onClose).toHaveBeenCalledOnce();
});

it("says why a change is refused, and applies nothing", async () => {
  refuse = true;
  const { onApply } = popover("/limit");
  fireEvent.change(await screen.findByRole("textbox"), { target: { value: "99999" } });
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toBe("That many rows are too many.Take 10000.");
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Apply" }).disabled).toBe(true);
  expect(onApply).not.toHaveBeenCalled();
});

const choose = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });

it.each([
  ["/select/0", () => choose("Compute", "avg"), { measure: { agg: "avg", column: "orders.total" } }],
  ["/group_by/0", () => choose("By", "bucket day"), { dimension: { column: "orders.day", bucket: "day" } }],
  ["/group_by/0", () => choose("By", ""), { dimension: { column: "orders.day" } }],
  [
    "/filters/0",
    () => choose("Value", "7.5"),
    { condition: { column: "orders.total", op: ">", value: 7.5 } },
  ],
  [
    "/filters/0",
    () => choose("Condition", "="),
    { condition: { column: "orders.total", op: "=", value: 5 } },
  ],
  [
    "/filters/1",
    () => fireEvent.click(screen.getByRole("button", { name: "This month" })),
    { condition: { op: "between", period: { unit: "month", this: true } } },
  ],
  ["/filters/1", () => choose("How many", "3"), { condition: { period: { unit: "year", last: 3 } } }],
  ["/order_by/0", () => choose("Direction", "asc"), { order: { by: "total", direction: "asc" } }],
  ["/limit", () => choose("Rows at most", "7"), { limit: 7 }],
])("sends what became of %s", async (path, change, edit) => {
  popover(path);
  await screen.findByRole("button", { name: "Apply" });
  change();
  await waitFor(() => expect(sent.at(-1)?.body.edit).toMatchObject({ action: "set", path, ...edit }));
});

it("sends nothing while a field makes no sense", async () => {
  popover("/filters/0");
  await screen.findByRole("button", { name: "Apply" });
  choose("Value", "many");
  await screen.findByText("Checking…").catch(() => undefined);
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Apply" }).disabled).toBe(true);
  expect(sent.filter((one) => one.body.edit)).toEqual([]);
});

it("shows what taking a part away would compute", async () => {
  popover("/order_by/0");
  fireEvent.click(await screen.findByRole("button", { name: "Remove" }));
  await waitFor(() => expect(sent.at(-1)?.body.edit).toEqual({ action: "remove", path: "/order_by/0" }));
});

it("closes on Escape", async () => {
  const { onApply, onClose } = popover("/limit");
  fireEvent.keyDown(await screen.findByRole("textbox"), { key: "Escape" });
  expect(onClose).toHaveBeenCalledOnce();
  expect(onApply).not.toHaveBeenCalled();
});

it("selects the column that is there for typing over, and never what is being typed", () => {
  render(
    <ColumnPicker label="Column" menu={menu} value="orders.total" fits={() => true} onChange={vi.fn()} />,
  );
  const field = screen.getByRole<HTMLInputElement>("combobox", { name: "Column" });
  const selected = () => field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0);
  fireEvent.focus(field);
  expect(selected()).toBe("total");
  fireEvent.change(field, { target: { value: "da" } });
  field.setSelectionRange(2, 2);
  fireEvent.blur(field, { relatedTarget: null });
  fireEvent.change(field, { target: { value: "da" } });
  field.setSelectionRange(2, 2);
  fireEvent.focus(field); // as an editor does that opens under somebody's fingers
  expect(selected()).toBe("");
});
