import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX, X } from "lucide-react";
import { auditText } from "../../text/audit";
import { Button, IconButton } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import type { RunCheck } from "./useRunCheck";

const T = auditText.check;

/** How far a check of many runs is, and which of them are not what was recorded. */
export function CheckPanel({
  check,
  onStop,
  onClose,
}: {
  check: RunCheck;
  onStop: () => void;
  onClose: () => void;
}) {
  const { progress, found, state, fault } = check;
  const going = state === "going";
  const Icon = progress.altered > 0 ? CircleX : CircleCheck;
  return (
    <section aria-label={T.title} className="space-y-3 rounded-md border border-line bg-surface p-4">
      <div className="flex items-center justify-between gap-3">
        <h2 className="text-sm font-semibold">{T.title}</h2>
        {going ? (
          <Button onPress={onStop}>{T.stop}</Button>
        ) : (
          <IconButton label={T.close} onPress={onClose}>
            <X size={16} aria-hidden />
          </IconButton>
        )}
      </div>
      <progress
        aria-label={T.title}
        max={Math.max(progress.total, 1)}
        value={progress.checked}
        className="h-2 w-full accent-accent"
      />
      <div role="status" className="num space-y-1 text-sm text-ink-2">
        <p>{T.progress(progress.checked, progress.total)}</p>
        {state === "done" && (
          <p
            className={`flex items-center gap-2 font-medium ${progress.altered > 0 ? "text-bad" : "text-ok"}`}
          >
            <Icon size={16} aria-hidden className="shrink-0" />
            {progress.altered > 0 ? T.broken(progress.altered) : T.fine(progress.intact)}
          </p>
        )}
        {!going && progress.open > 0 && <p>{T.open(progress.open)}</p>}
        {!going && progress.missing > 0 && <p>{T.missing(progress.missing)}</p>}
        {state === "stopped" && <p>{T.stopped}</p>}
      </div>
      {state === "failed" && <Notice tone="bad" title={fault?.message || T.failed} hint={fault?.hint} />}
      {found.length > 0 && (
        <ul className="space-y-1 text-sm">
          {found.map((proof) => (
            <li key={proof.run_id}>
              <Link
                to="/audit/$runId"
                params={{ runId: proof.run_id }}
                className="py-1 font-mono text-xs text-accent underline underline-offset-2"
              >
                {proof.run_id}
              </Link>{" "}
              <span className="text-bad">{proof.reason}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
