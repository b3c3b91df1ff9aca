import {
  Check,
  CircleHelp,
  CircleX,
  Clock3,
  LoaderCircle,
  ShieldAlert,
  Square,
  type LucideIcon,
} from "lucide-react";
import type { RunStatus } from "../lib/protocol";
import { text } from "../text";

const LOOK: Record<RunStatus, { icon: LucideIcon; badge: string; ink: string; spin?: boolean }> = {
  pending: { icon: Clock3, badge: "bg-pend-soft text-pend", ink: "text-pend" },
  running: { icon: LoaderCircle, badge: "bg-run-soft text-run", ink: "text-run", spin: true },
  succeeded: { icon: Check, badge: "bg-ok-soft text-ok", ink: "text-ok" },
  failed: { icon: CircleX, badge: "bg-bad-soft text-bad", ink: "text-bad" },
  rejected: { icon: ShieldAlert, badge: "bg-rej-soft text-rej", ink: "text-rej" },
  cancelled: { icon: Square, badge: "bg-pend-soft text-pend", ink: "text-pend" },
  needs_input: { icon: CircleHelp, badge: "bg-run-soft text-run", ink: "text-run" },
};

/** A run's status as a word with an icon; never as a colour alone. */
export function StatusBadge({ status, still = false }: { status: RunStatus; still?: boolean }) {
  const { icon: Icon, badge, spin } = LOOK[status];
  return (
    <span
      className={`inline-flex h-6 shrink-0 items-center gap-1.5 rounded-full px-2.5 text-xs font-semibold ${badge}`}
    >
      <Icon size={13} strokeWidth={2.4} aria-hidden className={spin && !still ? "animate-spin" : ""} />
      {text.status[status]}
    </span>
  );
}

/** The same as an icon, with the word for screen readers: for lists. */
export function StatusIcon({ status }: { status: RunStatus }) {
  const { icon: Icon, ink, spin } = LOOK[status];
  return (
    <span className={`shrink-0 ${ink}`} title={text.status[status]}>
      <Icon size={14} strokeWidth={2.2} aria-hidden className={spin ? "animate-spin" : ""} />
      <span className="sr-only">{text.status[status]}</span>
    </span>
  );
}
