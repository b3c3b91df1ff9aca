import { CircleCheck, CircleX, Info } from "lucide-react";
import type { ReactNode } from "react";
import { auditText } from "../../text/audit";
import { Button } from "../../ui/Button";
import type { Verdict } from "./verdict";

const T = auditText.proof;

const LOOK = {
  ok: { icon: CircleCheck, box: "border-ok/40 bg-ok-soft", ink: "text-ok" },
  bad: { icon: CircleX, box: "border-bad/40 bg-bad-soft", ink: "text-bad" },
  open: { icon: Info, box: "border-line bg-sunken", ink: "text-ink-2" },
};

interface Said {
  look: keyof typeof LOOK;
  title: string;
  hint: string;
  lines?: [label: string, value: string][];
  event?: number;
}

function say(verdict: Verdict): Said {
  switch (verdict.kind) {
    case "intact":
      return {
        look: "ok",
        title: T.intact(verdict.events),
        hint: T.intactHint,
        lines: [
          [T.head, verdict.head],
          [T.digest, verdict.digest],
        ],
      };
    case "open":
      return {
        look: "open",
        title: T.whole(verdict.events),
        hint: T.openHint,
        lines: [[T.head, verdict.head]],
      };
    case "broken":
      return {
        look: "bad",
        title: T.broken(verdict.event),
        hint: T.brokenAt(verdict.subject),
        event: verdict.event,
      };
    case "altered":
      return {
        look: "bad",
        title: verdict.event > 0 ? T.broken(verdict.event) : verdict.reason,
        hint: [verdict.event > 0 && verdict.reason, T.alteredHint].filter(Boolean).join(" "),
        event: verdict.event || undefined,
      };
    case "record":
      return { look: "bad", title: T.recordBroken, hint: T.recordField(verdict.field) };
    case "other":
      return { look: "bad", title: T.other, hint: T.otherHint, lines: [[T.digest, verdict.digest]] };
    case "unreadable":
      return { look: "bad", title: T.unreadable, hint: T.unreadableHint };
  }
}

/** The result of a check, said plainly, with what a person can compare elsewhere. */
export function VerdictNotice({
  verdict,
  steps,
  onGoTo,
}: {
  verdict: Verdict;
  steps: number;
  onGoTo: (event: number) => void;
}) {
  const { look, title, hint, lines = [], event } = say(verdict);
  const { icon: Icon, box, ink } = LOOK[look];
  const row = (label: string, value: string): ReactNode => (
    <div key={label}>
      <dt className="text-xs text-ink-2">{label}</dt>
      <dd className="font-mono text-xs break-all">{value}</dd>
    </div>
  );
  return (
    <div role="status" className={`flex gap-3 rounded-md border px-3.5 py-3 ${box}`}>
      <Icon size={18} aria-hidden className={`mt-0.5 shrink-0 ${ink}`} />
      <div className="min-w-0 flex-1 space-y-1.5">
        <p className="font-medium text-ink">{title}</p>
        <p className="text-sm [overflow-wrap:anywhere] text-ink-2">{hint}</p>
        {lines.length > 0 && (
          <dl className="space-y-1 pt-1">{lines.map(([label, value]) => row(label, value))}</dl>
        )}
        {event !== undefined &&
          (event <= steps ? (
            <Button onPress={() => onGoTo(event)}>{T.goTo(event)}</Button>
          ) : (
            <p className="text-sm text-ink-2">{T.missing(event)}</p>
          ))}
      </div>
    </div>
  );
}
