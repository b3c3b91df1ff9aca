import { RotateCcw } from "lucide-react";
import { formatMs } from "../../lib/format";
import type { Moment } from "../../lib/replay";
import { stepTo } from "../../lib/replay";
import { stages } from "../../lib/stages";
import { Button } from "../../ui/Button";
import { scrubText as T } from "../../text/scrub";

interface Props {
  moments: Moment[];
  /** Which moment is shown. */
  at: number;
  onChange: (at: number) => void;
}

/** What had happened by a moment, in the words of the stage line. */
function labelOf({ event, run }: Moment): string {
  if (event.kind === "asked") return T.asked;
  return stages(run).findLast((stage) => stage.state !== "running")?.label ?? T.asked;
}

/** Goes back through a run: the card is what was known at the moment that is picked. */
export function Scrubber({ moments, at, onChange }: Props) {
  const last = moments.length - 1;
  const moment = moments[at];
  if (!moment || last < 1) return null;
  const said = T.moment(at + 1, moments.length, labelOf(moment), formatMs(moment.ms));
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4">
      <input
        type="range"
        min={0}
        max={last}
        step={1}
        value={at}
        aria-label={T.label}
        aria-valuetext={said}
        title={T.label}
        onChange={(event) => onChange(stepTo(Number(event.currentTarget.value), moments.length))}
        className="scrub h-6 min-w-32 flex-1"
      />
      {at < last && (
        <>
          <span className="num text-xs text-ink-2">{said}</span>
          <Button kind="quiet" className="px-2" onPress={() => onChange(last)}>
            <RotateCcw size={13} aria-hidden />
            {T.end}
          </Button>
        </>
      )}
    </div>
  );
}
