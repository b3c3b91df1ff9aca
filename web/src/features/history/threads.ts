import type { Session, Thread } from "../../lib/protocol";

/** Whether somebody may rename and delete a conversation: whoever began it, or an admin. */
export function mayLabel(thread: Pick<Thread, "user">, session: Session | undefined): boolean {
  if (!session || session.role === "viewer") return false;
  return session.role === "admin" || session.user === thread.user;
}

/** Whether the newest run of a conversation has not ended. */
export const underWay = (thread: Pick<Thread, "status">): boolean =>
  thread.status === "pending" || thread.status === "running";
