import { recall, remember } from "./storage";

const SETTING = "singleKeys";

/** Whether a single letter may do something. Who dictates text or has a tremor switches it off. */
export const singleKeys = (): boolean => recall(SETTING) !== "off";

export const setSingleKeys = (on: boolean): void => remember(SETTING, on ? "on" : "off");

/** Runs an action for a single key, unless somebody types or a dialog is open. */
export function onSingleKey(actions: Record<string, () => void>): () => void {
  const listener = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    const typing = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    const inDialog = document.querySelector("[role=dialog]") !== null;
    if (typing || inDialog || event.ctrlKey || event.metaKey || event.altKey || !singleKeys()) return;
    const act = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  };
  window.addEventListener("keydown", listener);
  return () => window.removeEventListener("keydown", listener);
}
