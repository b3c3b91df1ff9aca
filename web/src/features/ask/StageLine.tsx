import { ChevronRight } from "lucide-react";
import { formatMs } from "../../lib/format";
import { useNow } from "../../lib/hooks";
import { isFinished, totalMs, type RunState } from "../../lib/run";
import { stages, type StageState } from "../../lib/stages";
import { StatusBadge } from "../../ui/Status";
import { text } from "../../text";

const INK: Record<StageState, string> = {
  done: "text-ink-2",
  running: "text-ink pulse",
  failed: "font-medium text-bad",
  rejected: "font-medium text-rej",
  stopped: "text-ink-2",
};

/** Where a run is: its status, the stages behind it with their measured times, and the one it is in. */
export function StageLine({
  run,
  startedAt,
  past = false,
}: {
  run: RunState;
  startedAt: number;
  /** It is shown as it was at an earlier moment. */
  past?: boolean;
}) {
  const live = !past && !isFinished(run);
  const now = useNow(100, live);
  const total = totalMs(run);
  const elapsed = now - startedAt;
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-4 py-2.5">
      <StatusBadge status={live ? "running" : run.status} still={past} />
      <ol
        aria-label={text.stage.list}
        className="flex min-w-0 flex-wrap items-center gap-x-1.5 gap-y-0.5 text-sm max-sm:order-last max-sm:w-full"
      >
        {stages(run).map((stage, at, all) => (
          <li key={stage.key} className="flex items-center gap-1.5">
            <span className={past && stage.state === "running" ? "text-ink" : INK[stage.state]}>
              {stage.label}
            </span>
            {(stage.ms !== undefined || stage.note) && (
              <span className="num text-xs text-ink-3">
                {[stage.ms === undefined ? "" : formatMs(stage.ms), stage.note].filter(Boolean).join(", ")}
              </span>
            )}
            {at < all.length - 1 && <ChevronRight size={13} aria-hidden className="shrink-0 text-ink-3" />}
          </li>
        ))}
      </ol>
      <span className="num ml-auto text-xs text-ink-3">
        {live
          ? elapsed > 400 && text.stage.elapsed(`${(elapsed / 1000).toFixed(1)} s`)
          : total !== undefined && text.stage.total(formatMs(total))}
      </span>
    </header>
  );
}
