import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Moment } from "../../lib/replay";
import { ReplayBar } from "./ReplayBar";

const moments = ["asked", "planned", "started", "executed", "answered"].map(
  (kind, at) => ({ seq: at + 1, event: { kind }, ms: at * 100 }) as unknown as Moment,
);

/** The bar with the page around it that remembers the step. */
function Replay() {
  const [at, setAt] = useState(0);
  return <ReplayBar moments={moments} at={at} onStep={setAt} />;
}

beforeEach(() => {
  vi.useFakeTimers();
  render(<Replay />);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const isDisabled = (name: string) => screen.getByRole<HTMLButtonElement>("button", { name }).disabled;
const said = () => screen.getByRole("status").textContent;
const wait = (ms: number) => act(() => vi.advanceTimersByTime(ms));

it("steps, jumps, and stops at both ends", () => {
  expect(said()).toMatch(/^Step 1 of 5: Asked, 0/);
  expect([isDisabled("First step"), isDisabled("One step back")]).toEqual([true, true]);
  press("One step forward");
  expect(said()).toMatch(/^Step 2 of 5: Planned, 100/);
  press("Last step");
  expect(said()).toMatch(/^Step 5 of 5: Answered, 400/);
  expect([isDisabled("Last step"), isDisabled("One step forward")]).toEqual([true, true]);
  press("One step back");
  expect(said()).toMatch(/^Step 4/);
  press("First step");
  expect(said()).toMatch(/^Step 1/);
});

it("goes where its slider is put, and tells its place in words", () => {
  const slider = screen.getByRole("slider", { name: "Step" });
  fireEvent.change(slider, { target: { value: "3" } });
  expect(said()).toMatch(/^Step 3 of 5: Started/);
  expect(slider.getAttribute("aria-valuetext")).toBe(said());
});

it("plays to the end, pauses, and begins again from there", () => {
  press("Play");
  wait(1_300);
  expect(said()).toMatch(/^Step 2/);
  press("Pause");
  wait(10_000);
  expect(said()).toMatch(/^Step 2/);
  press("Play");
  for (let step = 0; step < 6; step++) wait(1_300);
  expect(said()).toMatch(/^Step 5/);
  press("Play");
  expect(said()).toMatch(/^Step 1/);
  wait(1_300);
  expect(said()).toMatch(/^Step 2/);
});

it("stops playing for whoever steps", () => {
  press("Play");
  wait(1_300);
  press("One step forward");
  wait(10_000);
  expect(said()).toMatch(/^Step 3/);
});
