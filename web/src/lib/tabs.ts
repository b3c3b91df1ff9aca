/** What one tab tells the others of this browser: that runs began, ended, or were renamed or deleted. */
const CHANNEL = "leo-runs";

/** Tells the other tabs that the lists of runs and conversations changed. */
export function tellTabs(): void {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("changed");
  channel.close();
}

/** Calls the listener when another tab told; call the result to stop. */
export function hearTabs(listener: () => void): () => void {
  if (typeof BroadcastChannel === "undefined") return () => {};
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = listener;
  return () => channel.close();
}
