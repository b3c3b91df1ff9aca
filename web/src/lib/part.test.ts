import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { render, screen } from "@testing-library/react";
import { createElement, Suspense } from "react";
import { ahead, arriving, part } from "./part";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const server = (answers: () => boolean) =>
  vi.stubGlobal("fetch", () => (answers() ? Promise.resolve({}) : Promise.reject(new Error("down"))));

test("code that a lost network kept away comes when the network is back", async () => {
  let up = false;
  server(() => up);
  const load = vi.fn(() => (up ? Promise.resolve("code") : Promise.reject(new Error("no network"))));
  const code = arriving(load);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(load.mock.calls.length).toBeGreaterThan(5);
  up = true;
  window.dispatchEvent(new Event("online"));
  await expect(code).resolves.toBe("code");
});

test("code that a server does not have is given up", async () => {
  server(() => true);
  const load = vi.fn(() => Promise.reject(new Error("404")));
  const code = expect(arriving(load)).rejects.toThrow("404");
  await vi.advanceTimersByTimeAsync(60_000);
  await code;
  expect(load).toHaveBeenCalledTimes(3);
});

test("a part whose code came ahead is shown without a fallback before it", async () => {
  const code = Promise.resolve({ default: () => "whole" });
  const load = () => code;
  const Part = part(load);
  ahead(load);
  await code;
  render(createElement(Suspense, { fallback: "not yet" }, createElement(Part)));
  expect(screen.queryByText("not yet")).toBeNull();
  expect(screen.getByText("whole")).toBeTruthy();
});
