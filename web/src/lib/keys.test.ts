import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { onCommandKey, onSingleKey, setSingleKeys } from "./keys";

let off: (() => void)[] = [];
const press = (key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));

beforeEach(() => localStorage.clear());
afterEach(() => {
  for (const one of off) one();
  off = [];
  document.body.innerHTML = "";
  vi.useRealTimers();
});

function listen() {
  const acts = { n: vi.fn(), "g d": vi.fn(), "g n": vi.fn() };
  off.push(onSingleKey(acts));
  return acts;
}

describe("onSingleKey", () => {
  it("acts on a key, and on two in a row", () => {
    const acts = listen();
    press("n");
    press("g");
    press("d");
    expect([acts.n, acts["g d"]].map((act) => act.mock.calls.length)).toEqual([1, 1]);
  });

  it("takes the second key as part of the sequence, not for itself", () => {
    const acts = listen();
    press("g");
    press("n");
    expect(acts["g n"]).toHaveBeenCalledOnce();
    expect(acts.n).not.toHaveBeenCalled();
    press("n");
    expect(acts.n).toHaveBeenCalledOnce();
  });

  it("forgets a first key that was followed by something else", () => {
    const acts = listen();
    press("g");
    press("x");
    press("d");
    expect(acts["g d"]).not.toHaveBeenCalled();
  });

  it("leaves people who type, dialogs and held keys alone, and can be switched off", () => {
    const acts = listen();
    const box = document.body.appendChild(document.createElement("textarea"));
    press("n", {}, box);
    press("n", { ctrlKey: true });
    const dialog = document.body.appendChild(document.createElement("div"));
    dialog.setAttribute("role", "dialog");
    press("n");
    dialog.remove();
    setSingleKeys(false);
    press("n");
    expect(acts.n).not.toHaveBeenCalled();
    setSingleKeys(true);
    press("n");
    expect(acts.n).toHaveBeenCalledOnce();
  });
});

describe("onCommandKey", () => {
  it("acts while somebody types, whatever the setting of single keys, but not over a dialog", () => {
    const act = vi.fn();
    off.push(onCommandKey(act));
    setSingleKeys(false);
    const box = document.body.appendChild(document.createElement("textarea"));
    press("k", { ctrlKey: true }, box);
    press("k", { metaKey: true });
    press("k");
    expect(act).toHaveBeenCalledTimes(2);
    document.body.appendChild(document.createElement("div")).setAttribute("role", "dialog");
    press("k", { ctrlKey: true });
    expect(act).toHaveBeenCalledTimes(2);
  });
});
