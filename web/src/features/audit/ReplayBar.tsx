import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight, Pause, Play } from "lucide-react";
import { useEffect, useState } from "react";
import { formatMs } from "../../lib/format";
import { stepTo, type Moment } from "../../lib/replay";
import { auditText } from "../../text/audit";
import { IconButton } from "../../ui/Button";

const T = auditText.replay;

/** How long each step is shown while it plays. */
const STEP_MS = 1200;

interface ReplayBarProps {
  moments: Moment[];
  at: number;
  onStep: (at: number) => void;
}

/** Goes through the moments of a run: by button, by slider, by the arrow keys on it, or by itself. */
export function ReplayBar({ moments, at, onStep }: ReplayBarProps) {
  const [playing, setPlaying] = useState(false);
  const last = moments.length - 1;
  const going = playing && at < last;
  useEffect(() => {
    if (!going) return;
    const timer = setTimeout(() => onStep(at + 1), STEP_MS);
    return () => clearTimeout(timer);
  }, [going, at, onStep]);
  const go = (to: number) => {
    setPlaying(false);
    onStep(stepTo(to, moments.length));
  };
  const play = () => {
    if (at >= last) onStep(0);
    setPlaying(!going);
  };
  const moment = moments[at]!;
  const kind = T.kinds[moment.event.kind] ?? moment.event.kind;
  const says = T.says(at + 1, moments.length, kind, formatMs(moment.ms));
  return (
    <div
      role="group"
      aria-label={T.label}
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md border border-line bg-surface px-3 py-2"
    >
      <div className="flex items-center gap-0.5">
        <IconButton label={T.first} isDisabled={at === 0} onPress={() => go(0)}>
          <ChevronFirst size={18} aria-hidden />
        </IconButton>
        <IconButton label={T.back} isDisabled={at === 0} onPress={() => go(at - 1)}>
          <ChevronLeft size={18} aria-hidden />
        </IconButton>
        <IconButton label={going ? T.pause : T.play} onPress={play}>
          {going ? <Pause size={18} aria-hidden /> : <Play size={18} aria-hidden />}
        </IconButton>
        <IconButton label={T.forward} isDisabled={at === last} onPress={() => go(at + 1)}>
          <ChevronRight size={18} aria-hidden />
        </IconButton>
        <IconButton label={T.last} isDisabled={at === last} onPress={() => go(last)}>
          <ChevronLast size={18} aria-hidden />
        </IconButton>
      </div>
      <input
        type="range"
        aria-label={T.slider}
        aria-valuetext={says}
        min={1}
        max={moments.length}
        value={at + 1}
        onChange={(event) => go(Number(event.currentTarget.value) - 1)}
        className="h-6 min-w-32 flex-1 accent-accent"
      />
      <span className="num text-sm whitespace-nowrap text-ink-2">
        {T.at(at + 1, moments.length)}
        <span className="ml-2 text-ink-3">{T.since(formatMs(moment.ms))}</span>
      </span>
      <p role="status" className="sr-only">
        {says}
      </p>
    </div>
  );
}
