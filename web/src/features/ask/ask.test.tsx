import { cleanup, render, screen, within } from "@testing-library/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import userEvent from "@testing-library/user-event";
import { useMemo, useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { asked, event, executed, fold, planned, policy } from "../../lib/testing";
import type { RunEvent } from "../../lib/protocol";
import { AnswerText } from "./AnswerText";
import { AskingContext, type Asking } from "./asking";
import { Composer } from "./Composer";
import { Outcome } from "./Outcome";
import { PointingContext, type Cell, type Pointing } from "./pointing";

afterEach(cleanup);

function ComposerWithState({ onAsk, onAskSQL }: { onAsk: (text: string) => void; onAskSQL?: () => void }) {
  const [value, setValue] = useState("");
  return (
    <Composer
      value={value}
      placeholder="Ask"
      disabled={false}
      working={false}
      stopping={false}
      onChange={setValue}
      onAsk={() => onAsk(value)}
      onAskSQL={onAskSQL}
      onStop={() => {}}
    />
  );
}

describe("Composer", () => {
  it("asks on Enter, and makes a line on Shift Enter", async () => {
    const asked = vi.fn();
    render(<ComposerWithState onAsk={asked} />);
    const box = screen.getByLabelText("Question");
    await userEvent.type(box, "one{Shift>}{Enter}{/Shift}two");
    expect(asked).not.toHaveBeenCalled();
    await userEvent.type(box, "{Enter}");
    expect(asked).toHaveBeenCalledWith("one\ntwo");
  });

  it("offers to run what looks like SQL as that", async () => {
    const asSQL = vi.fn();
    render(<ComposerWithState onAsk={() => {}} onAskSQL={asSQL} />);
    const box = screen.getByLabelText("Question");
    await userEvent.type(box, "Select the orders of May");
    expect(screen.queryByRole("button", { name: "Run as SQL" })).toBeNull();
    await userEvent.clear(box);
    await userEvent.type(box, "select count(*) from orders");
    await userEvent.click(screen.getByRole("button", { name: "Run as SQL" }));
    expect(asSQL).toHaveBeenCalled();
  });

  it("asks nothing of what changes until something was changed", () => {
    const composer = (value: string) => (
      <Composer
        mode="sql"
        value={value}
        edit={{ language: "sql", code: "SELECT 1", original: "SELECT 1" }}
        placeholder=""
        disabled={false}
        working={false}
        stopping={false}
        onChange={() => {}}
        onAsk={() => {}}
        onStop={() => {}}
      />
    );
    const { rerender } = render(composer("SELECT 1"));
    expect(screen.queryByLabelText("Show changes")).toBeNull();
    rerender(composer("SELECT 2"));
    expect(screen.getByLabelText("Show changes")).toBeTruthy();
  });

  it("does not ask nothing, nor more than a question may be long", async () => {
    const asked = vi.fn();
    render(<ComposerWithState onAsk={asked} />);
    const box = screen.getByLabelText("Question");
    await userEvent.type(box, "   {Enter}");
    await userEvent.clear(box);
    await userEvent.click(box);
    await userEvent.paste("x".repeat(8001));
    await userEvent.type(box, "{Enter}");
    expect(asked).not.toHaveBeenCalled();
    expect(screen.getByText(/up to 8 000/)).toBeTruthy();
  });
});

function Answered({ onShow }: { onShow: (cell: Cell) => void }) {
  const [cell, point] = useState<Cell>();
  const pointing = useMemo<Pointing>(() => ({ cell, point, shown: 0, show: onShow }), [cell, onShow]);
  return (
    <PointingContext value={pointing}>
      <AnswerText value="North has 412." refs={[{ start: 10, end: 13, row: 2, column: "n" }]} />
      <output>{cell ? `${cell.row} ${cell.column}` : "none"}</output>
    </PointingContext>
  );
}

describe("AnswerText", () => {
  it("points at the cell of a figure on hover, on focus, and brings it into view on Enter", async () => {
    const show = vi.fn();
    render(<Answered onShow={show} />);
    const figure = screen.getByRole("button", { name: "412" });
    await userEvent.hover(figure);
    expect(screen.getByRole("status").textContent).toBe("2 n");
    await userEvent.unhover(figure);
    expect(screen.getByRole("status").textContent).toBe("none");
    await userEvent.tab();
    expect(screen.getByRole("status").textContent).toBe("2 n");
    await userEvent.keyboard("{Enter}");
    expect(show).toHaveBeenCalledWith({ row: 2, column: "n" });
  });
});

function show(events: RunEvent[]) {
  const asking: Asking = {
    ask: vi.fn(),
    rephrase: vi.fn(),
    edit: vi.fn(),
    choose: vi.fn(),
    refine: vi.fn(),
    repeat: vi.fn(),
    raise: vi.fn(),
    reproduce: vi.fn(),
    busy: false,
  };
  const client = new QueryClient();
  client.setQueryData(["limits"], policy);
  render(
    <QueryClientProvider client={client}>
      <AskingContext value={asking}>
        <Outcome id="r1" run={fold(events)} />
      </AskingContext>
    </QueryClientProvider>,
  );
  return asking;
}

const fault = {
  code: "VALIDATION_ERROR" as const,
  message: "There is no column revnue.",
  hint: "Did you mean revenue?",
};

describe("Outcome", () => {
  it("says of a rejected question what was wrong, and offers to rephrase it", async () => {
    const asking = show([
      asked,
      event("rejected", { stage: "planning", fault, words: ["revnue", "wibbled"] }),
    ]);
    expect(screen.getByText("There is no column revnue.")).toBeTruthy();
    expect(screen.getByText(/^Did you mean revenue\?/)).toBeTruthy();
    expect(screen.getByText("VALIDATION_ERROR")).toBeTruthy();
    expect(screen.getByText("wibbled")).toBeTruthy();
    // The message names it already.
    expect(screen.queryByText("revnue")).toBeNull();
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Rephrase" }));
    expect(asking.rephrase).toHaveBeenCalledWith("How many?");
  });

  it("offers one step after a failure: here the statement, with what was wrong with it", async () => {
    const query = {
      code: "QUERY_ERROR" as const,
      message: "There is no column x.",
      details: { position: 7 },
    };
    const asking = show([asked, planned, event("failed", { stage: "executing", fault: query })]);
    expect(screen.getAllByRole("button")).toHaveLength(1);
    expect(screen.getByText(/while the statement ran/)).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Edit the statement" }));
    expect(asking.edit).toHaveBeenCalledWith({
      language: "sql",
      code: "SELECT 1",
      original: "SELECT 1",
      runId: "r1",
      fault: query,
    });
  });

  it("offers the next larger limit after a timeout, while the policy has one", async () => {
    const slow = { code: "RUNNER_TIMEOUT" as const, message: "Too slow." };
    const asking = show([asked, planned, event("failed", { stage: "executing", fault: slow })]);
    await userEvent.click(screen.getByRole("button", { name: "Run again with 30 seconds" }));
    expect(asking.raise).toHaveBeenCalledWith("r1", { limit: "timeout_ms", from: 10_000, to: 30_000 });
  });

  it("says that the model failed where the rules' readings are offered instead", () => {
    const model_fault = { code: "MODEL_ERROR" as const, message: "The model answered with status 500." };
    const readings = [{ label: "One", sentence: "One.", plan: {} }];
    show([asked, event("needs_input", { question: "Which?", readings, model_fault })]);
    expect(screen.getByText(/readings are by the rules/)).toBeTruthy();
    expect(screen.getByText("The model answered with status 500.")).toBeTruthy();
  });

  it("shows each reading of an ambiguous question, and runs the one that is picked", async () => {
    const readings = [
      { label: "Most revenue", sentence: "By revenue.", plan: { table: "t" } },
      { label: "Most sold", sentence: "By count.", plan: {} },
    ];
    const asking = show([asked, event("needs_input", { question: "Which?", readings })]);
    expect(screen.getByRole("heading", { name: "Which?" })).toBeTruthy();
    await userEvent.click(within(screen.getByRole("list")).getByText("Most revenue"));
    expect(asking.choose).toHaveBeenCalledWith(readings[0], "r1");
  });

  it("offers to ask a stopped question again", async () => {
    const asking = show([asked, event("cancelled", { user: "ann" })]);
    await userEvent.click(screen.getByRole("button", { name: "Ask again" }));
    expect(asking.repeat).toHaveBeenCalledWith("r1");
  });

  it("is nothing for a run that goes well", () => {
    show([asked, planned, executed]);
    expect(document.body.textContent).toBe("");
  });
});
