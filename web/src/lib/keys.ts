import { recall, remember } from "./storage";

const SETTING = "singleKeys";
/** How long the first key of a sequence waits for the second. */
const SEQUENCE_MS = 1500;

/** Whether a single letter may do something. Who dictates text or has a tremor switches it off. */
export const singleKeys = (): boolean => recall(SETTING) !== "off";

export const setSingleKeys = (on: boolean): void => remember(SETTING, on ? "on" : "off");

/**
 * Runs an action for a single key, or for two in a row ("g d"), unless somebody types or a dialog is open.
 */
export function onSingleKey(actions: Record<string, () => void>): () => void {
  let first = "";
  let until = 0;
  const listener = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    const typing = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    const busy = document.querySelector("[role=dialog],[role=menu],[role=listbox]") !== null;
    if (typing || busy || event.ctrlKey || event.metaKey || event.altKey || !singleKeys()) return;
    const sequence = first !== "" && event.timeStamp < until ? `${first} ${event.key}` : event.key;
    const name = Object.hasOwn(actions, sequence) ? sequence : event.key;
    const begins = Object.keys(actions).some((one) => one.startsWith(`${event.key} `));
    first = "";
    if (Object.hasOwn(actions, name)) {
      event.preventDefault();
      actions[name]?.();
    } else if (begins) {
      first = event.key;
      until = event.timeStamp + SEQUENCE_MS;
    }
  };
  window.addEventListener("keydown", listener);
  return () => window.removeEventListener("keydown", listener);
}

/** Runs an action for ⌘K or Ctrl K, also while somebody types. */
export function onCommandKey(action: () => void): () => void {
  const listener = (event: KeyboardEvent) => {
    const held = (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey;
    if (!held || event.key.toLowerCase() !== "k" || event.defaultPrevented) return;
    event.preventDefault();
    if (document.querySelector("[role=dialog]") === null) action();
  };
  window.addEventListener("keydown", listener);
  return () => window.removeEventListener("keydown", listener);
}

/** The name of the key that ⌘ stands for on this machine. */
export const commandKey = (): string => (/Mac|iP(hone|ad)/.test(navigator.userAgent) ? "⌘" : "Ctrl");
