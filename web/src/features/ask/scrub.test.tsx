import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, describe, expect, it } from "vitest";
import { moments } from "../../lib/replay";
import { answered, asked, executed, planned, started } from "../../lib/testing";
import { Scrubber } from "./Scrubber";
import { StageLine } from "./StageLine";

afterEach(cleanup);

const list = moments(
  [asked, planned, started, executed, answered].map((event, at) => ({ seq: at + 1, event })),
);

function Card() {
  const [at, setAt] = useState(list.length - 1);
  const run = list[at]!.run;
  return (
    <>
      <StageLine run={run} startedAt={0} past={at < list.length - 1} />
      <Scrubber moments={list} at={at} onChange={setAt} />
    </>
  );
}

describe("Scrubber", () => {
  it("goes back to what was known then, says which moment that is, and returns", () => {
    render(<Card />);
    const slider = screen.getByRole("slider", { name: "Go back through this run" });
    expect(slider.getAttribute("aria-valuetext")).toContain("5 of 5: Wrote answer");
    fireEvent.change(slider, { target: { value: "1" } });
    expect(slider.getAttribute("aria-valuetext")).toContain("2 of 5: Planned");
    expect(screen.queryByText("Ran query")).toBeNull();
    expect(screen.getByText("Working").querySelector(".animate-spin")).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "Back to the end" }));
    expect(screen.getByText("Ran query")).toBeTruthy();
  });

  it("is not there for a run of one moment", () => {
    const { container } = render(<Scrubber moments={list.slice(0, 1)} at={0} onChange={() => {}} />);
    expect(container.textContent).toBe("");
  });
});
