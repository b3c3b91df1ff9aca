import type { components } from "../../api";
import type { CapsuleCheck } from "../../lib/proof";

export type ServerProof = components["schemas"]["RunProof"];

/** What two checks, the browser's and the server's, say together about a run. */
export type Verdict =
  /** Both agree with what was recorded. */
  | { kind: "intact"; events: number; head: string; digest: string }
  /** It has not ended: its chain holds, and there is nothing to compare it with. */
  | { kind: "open"; events: number; head: string }
  /** The downloaded bytes do not hash to what the chain says. */
  | { kind: "broken"; event: number; subject: string }
  /** The record says something its events do not. */
  | { kind: "record"; field: string }
  /** The server found that its log is not what was recorded. */
  | { kind: "altered"; event: number; reason: string }
  /** The download holds in itself and is another capsule than the recorded one. */
  | { kind: "other"; digest: string }
  | { kind: "unreadable" };

/**
 * The browser comes first: what it hashed itself needs no trust. The server's word is needed only for what was
 * recorded, which the browser compares on its own.
 */
export function verdictOf(check: CapsuleCheck, proof: ServerProof): Verdict {
  if (check.event !== undefined) return { kind: "broken", event: check.event, subject: check.subject ?? "" };
  if (check.field !== undefined) return { kind: "record", field: check.field };
  if (check.problem !== undefined) return { kind: "unreadable" };
  if (proof.outcome === "altered")
    return { kind: "altered", event: proof.event ?? 0, reason: proof.reason ?? "" };
  const { events, head, digest } = check;
  if (proof.outcome !== "intact") return { kind: "open", events, head };
  if (proof.recorded_digest !== digest || proof.recorded_head !== head) return { kind: "other", digest };
  return { kind: "intact", events, head, digest };
}

/** The event that is to blame; 0 when none is, or no single one. */
export const blamed = (verdict: Verdict | undefined): number =>
  verdict?.kind === "broken" || verdict?.kind === "altered" ? verdict.event : 0;
