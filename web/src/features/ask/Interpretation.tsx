import { ArrowDownUp, CalendarDays, Filter, Group, Hash, Sigma, Tag, type LucideIcon } from "lucide-react";
import type { Chip } from "../../lib/protocol";
import { text } from "../../text";

const ICON: Record<string, LucideIcon> = {
  measure: Sigma,
  dimension: Group,
  filter: Filter,
  range: CalendarDays,
  order: ArrowDownUp,
  limit: Hash,
};

/** How the question was read, part by part: most wrong answers are wrong here, and can be seen here. */
export function Interpretation({ chips, sentence }: { chips: Chip[]; sentence: string }) {
  if (chips.length === 0 && !sentence) return null;
  return (
    <div className="space-y-2">
      {chips.length > 0 && (
        <ul aria-label={text.interpretation.label} className="flex flex-wrap gap-1.5">
          {chips.map((chip) => {
            const Icon = ICON[chip.kind] ?? Tag;
            const kind = text.interpretation.kind[chip.kind] ?? chip.kind;
            return (
              <li
                key={`${chip.path} ${chip.label}`}
                title={kind}
                className="inline-flex min-h-6.5 items-center gap-1.5 rounded-md bg-sunken px-2 py-0.5 text-sm text-ink-2"
              >
                <Icon size={13} aria-hidden className="shrink-0 text-ink-3" />
                <span className="sr-only">{kind}</span>
                {chip.label}
              </li>
            );
          })}
        </ul>
      )}
      {sentence && <p className="max-w-[75ch] text-sm text-ink-3">{sentence}</p>}
    </div>
  );
}
