import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { columnFormats } from "../../lib/format";
import type { Cell } from "../../lib/protocol";
import { PointingContext, type Pointing } from "./pointing";
import ResultTable from "./ResultTable";

// Nothing is laid out here: the grid is as high as a dozen rows.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(600);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const columns = [
  { name: "place", type: "text" },
  { name: "count", type: "integer" },
];

function show(count: number, point: Pointing["point"] = () => {}, width = 600) {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(width);
  const rows: Cell[][] = Array.from({ length: count }, (_, at) => [`p${at}`, count - at]);
  render(
    <PointingContext value={{ point, shown: 0, show: () => {} }}>
      <ResultTable formats={columnFormats(columns, rows)} rows={rows} label="Result" />
    </PointingContext>,
  );
  return screen.getByRole("grid", { name: "Result" });
}
const cells = () => screen.getAllByRole("gridcell").map((cell) => cell.textContent);

describe("a result", () => {
  it("shows its rows from the first moment", () => {
    expect(show(2)).toBeTruthy();
    expect(cells()).toEqual(["p0", "2", "p1", "1"]);
  });

  it("renders the rows in view, and others when it is scrolled", () => {
    const grid = show(10_000);
    expect(cells()[0]).toBe("p0");
    expect(cells().length).toBeLessThan(100);
    act(() => {
      grid.scrollTop = 160_000;
      fireEvent.scroll(grid);
    });
    expect(cells()).not.toContain("p0");
    expect(new Set(cells()).size).toBe(cells().length);
    const index = screen.getAllByRole("row").map((row) => Number(row.getAttribute("aria-rowindex")));
    expect(Math.min(...index.slice(1))).toBeGreaterThan(4_000);
  });

  it("scrolls with the elements it has, and has its rows in order again at rest", async () => {
    const grid = show(10_000);
    const elements = new Set(screen.getAllByRole("row"));
    const places = () => screen.getAllByRole("row").map((row) => Number(row.getAttribute("aria-rowindex")));
    for (const top of [100, 1_300, 90_000, 89_900]) {
      act(() => {
        grid.scrollTop = top;
        fireEvent.scroll(grid);
      });
      const shown = places().slice(1);
      const from = Math.min(...shown);
      expect(shown.toSorted((a, b) => a - b)).toEqual(shown.map((_, at) => from + at));
      expect(from).toBeLessThanOrEqual(top / 32 + 2);
      expect(from + shown.length).toBeGreaterThanOrEqual((top + 400) / 32 + 2);
      expect(screen.getAllByRole("row").every((row) => elements.has(row))).toBe(true);
    }
    await waitFor(() => expect(places()).toEqual(places().toSorted((a, b) => a - b)));
  });

  it("takes the cell that is pressed for its cursor, and says in full what is pointed at", () => {
    const grid = show(10_000);
    act(() => {
      grid.scrollTop = 3_200;
      fireEvent.scroll(grid);
    });
    const cell = screen.getByRole("gridcell", { name: "p103" });
    fireEvent.mouseMove(cell);
    expect(cell.title).toBe("p103");
    fireEvent.mouseDown(cell);
    expect(grid.getAttribute("aria-activedescendant")).toBe(cell.id);
    fireEvent.mouseDown(screen.getByRole("gridcell", { name: "p105" }), { shiftKey: true });
    expect(screen.getByText("3 rows selected")).toBeTruthy();
    fireEvent.doubleClick(screen.getByRole("gridcell", { name: "p105" }));
    expect(screen.getByText("place, row 106")).toBeTruthy();
  });

  it("renders nobody else while rows pass under a pointer at rest", async () => {
    const pointed = vi.fn();
    const grid = show(10_000, pointed);
    const first = screen.getByRole("gridcell", { name: "p1" });
    fireEvent.mouseMove(first);
    expect(pointed).toHaveBeenLastCalledWith({ row: 1 });
    pointed.mockClear();
    act(() => {
      grid.scrollTop = 3_200;
      fireEvent.scroll(grid);
    });
    const under = screen.getByRole("gridcell", { name: "p103" });
    fireEvent.mouseMove(under);
    expect(pointed).not.toHaveBeenCalled();
    await waitFor(() => {
      fireEvent.mouseMove(under);
      expect(pointed).toHaveBeenLastCalledWith({ row: 103 });
    });
  });

  it("pins its first column where the others do not fit beside it, unless rows only pass by", async () => {
    const wide = show(10_000, undefined, 90);
    const pinned = () => screen.getAllByRole("rowgroup").at(-1)?.hasAttribute("data-pinned");
    expect(pinned()).toBe(true);
    act(() => {
      wide.scrollTop = 3_200;
      fireEvent.scroll(wide);
    });
    expect(pinned()).toBe(false);
    await waitFor(() => expect(pinned()).toBe(true));
    act(() => {
      wide.scrollLeft = 40;
      wide.scrollTop = 3_300;
      fireEvent.scroll(wide);
    });
    expect(pinned()).toBe(true);
    cleanup();
    show(10_000);
    expect(pinned()).toBe(false);
  });

  it("cuts off what is longer than its column, and nothing else", () => {
    const rows: Cell[][] = [
      ["x".repeat(200), 1],
      ["short", 2],
    ];
    render(<ResultTable formats={columnFormats(columns, rows)} rows={rows} label="Result" />);
    const cut = screen.getAllByRole("gridcell").map((cell) => cell.classList.contains("truncate"));
    expect(cut).toEqual([true, false, false, false]);
  });

  it("is sorted by its heads", async () => {
    show(3);
    await userEvent.click(screen.getByRole("button", { name: /count/ }));
    await userEvent.click(screen.getByRole("button", { name: /count/ }));
    expect(cells().filter((_, at) => at % 2 === 1)).toEqual(["1", "2", "3"]);
  });
});
