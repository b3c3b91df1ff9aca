import type { Session, Thread } from "../../lib/protocol";
import type { RunState } from "../../lib/run";

/** How often the list looks after runs that are under way, and after whatever others began meanwhile. */
const LOOK_MS = 5_000;
const REST_MS = 60_000;

/** When to ask for the list again; a hidden page does not ask. */
export const lookAgain = (threads: Pick<Thread, "status">[]): number =>
  threads.some(underWay) ? LOOK_MS : REST_MS;

/** Whether somebody may rename and delete a conversation: whoever began it, or an admin. */
export function mayLabel(thread: Pick<Thread, "user">, session: Session | undefined): boolean {
  if (!session || session.role === "viewer") return false;
  return session.role === "admin" || session.user === thread.user;
}

/** Whether the newest run of a conversation has not ended. */
export const underWay = (thread: Pick<Thread, "status">): boolean =>
  thread.status === "pending" || thread.status === "running";

/**
 * How the newest run of a conversation is: the list and this page may each know of its end first, and neither knows
 * of anything after it. A page that stopped following a run must not show it as running for ever.
 */
export function statusOf(
  thread: Pick<Thread, "status">,
  known: Pick<RunState, "status" | "lastSeq">,
): RunState["status"] {
  if (!underWay(thread)) return thread.status;
  return known.lastSeq > 0 ? known.status : thread.status;
}
