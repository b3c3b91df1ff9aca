import { CircleX, Info, ShieldAlert, TriangleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export type NoticeTone = "bad" | "rejected" | "warn" | "neutral";

const LOOK: Record<NoticeTone, { icon: LucideIcon; box: string; ink: string }> = {
  bad: { icon: CircleX, box: "border-bad/40 bg-bad-soft", ink: "text-bad" },
  rejected: { icon: ShieldAlert, box: "border-rej/40 bg-rej-soft", ink: "text-rej" },
  warn: { icon: TriangleAlert, box: "border-rej/40 bg-rej-soft", ink: "text-rej" },
  neutral: { icon: Info, box: "border-line bg-sunken", ink: "text-ink-2" },
};

/** One thing a person has to know: what happened, what to do, and at most a few ways to do it. */
export function Notice({
  tone,
  title,
  hint,
  children,
  live = false,
}: {
  tone: NoticeTone;
  title: ReactNode;
  hint?: ReactNode;
  children?: ReactNode;
  live?: boolean;
}) {
  const { icon: Icon, box, ink } = LOOK[tone];
  return (
    <div role={live ? "status" : undefined} className={`flex gap-3 rounded-md border px-3.5 py-3 ${box}`}>
      <Icon size={18} aria-hidden className={`mt-0.5 shrink-0 ${ink}`} />
      <div className="min-w-0 flex-1 space-y-1">
        <p className="font-medium text-ink">{title}</p>
        {hint && <p className="text-sm text-ink-2">{hint}</p>}
        {children && <div className="pt-1.5">{children}</div>}
      </div>
    </div>
  );
}
