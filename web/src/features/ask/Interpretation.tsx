import { useQueryClient } from "@tanstack/react-query";
import {
  ArrowDownUp,
  CalendarDays,
  Filter,
  Group,
  Hash,
  Plus,
  Sigma,
  Tag,
  type LucideIcon,
} from "lucide-react";
import { Suspense, useRef, useState } from "react";
import { Button } from "react-aria-components";
import type { Chip } from "../../lib/protocol";
import { text } from "../../text";
import { chipText } from "../../text/chips";
import { menuQuery, type EditedPlan } from "../chips/queries";
import { useAsking } from "./asking";
import { ahead, part } from "../../lib/part";

const loadPopover = () => import("../chips/ChipPopover");
const ChipPopover = part(loadPopover);

const ICON: Record<string, LucideIcon> = {
  measure: Sigma,
  dimension: Group,
  filter: Filter,
  range: CalendarDays,
  order: ArrowDownUp,
  limit: Hash,
};

const CHIP = "inline-flex min-h-6.5 max-w-full items-center gap-1.5 rounded-md px-2 py-0.5 text-left text-sm";
const PRESSABLE =
  "border border-line bg-surface text-ink-2 transition-colors hover:border-accent hover:text-ink aria-expanded:border-accent aria-expanded:bg-accent-soft aria-expanded:text-ink";

interface Props {
  chips: Chip[];
  sentence: string;
  /** The plan the chips are of; without it they are for reading only. */
  editing?: EditedPlan;
}

/** How the question was read, part by part: most wrong answers are wrong here, and can be mended here. */
export function Interpretation({ chips, sentence, editing }: Props) {
  if (chips.length === 0 && !sentence) return null;
  return (
    <div className="space-y-2">
      {chips.length > 0 && (
        <ul aria-label={text.interpretation.label} className="flex flex-wrap gap-1.5">
          {chips.map((chip) => (
            <li key={`${chip.path} ${chip.label}`} className="flex max-w-full">
              {editing ? <EditableChip chip={chip} of={editing} /> : <PlainChip chip={chip} />}
            </li>
          ))}
          {editing && (
            <li className="flex">
              <EditableChip of={editing} />
            </li>
          )}
        </ul>
      )}
      {sentence && <p className="max-w-[75ch] text-sm text-ink-3">{sentence}</p>}
    </div>
  );
}

const kindOf = (chip: Chip) => text.interpretation.kind[chip.kind] ?? chip.kind;

function PlainChip({ chip }: { chip: Chip }) {
  const Icon = ICON[chip.kind] ?? Tag;
  return (
    <span title={kindOf(chip)} className={`${CHIP} bg-sunken text-ink-2`}>
      <Icon size={13} aria-hidden className="shrink-0 text-ink-3" />
      <span className="sr-only">{kindOf(chip)}</span>
      <span className="min-w-0 [overflow-wrap:anywhere]">{chip.label}</span>
    </span>
  );
}

/** A chip that opens the editor of its part; without a chip, one that adds a part. */
function EditableChip({ chip, of }: { chip?: Chip; of: EditedPlan }) {
  const [open, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const client = useQueryClient();
  const { refine, busy } = useAsking();
  const Icon = chip ? (ICON[chip.kind] ?? Tag) : Plus;
  const prepare = () => {
    ahead(loadPopover);
    void client.prefetchQuery(menuQuery(of));
  };
  return (
    <>
      <Button
        ref={trigger}
        aria-label={chip ? chipText.edit(kindOf(chip), chip.label) : chipText.add}
        aria-haspopup="dialog"
        aria-expanded={open}
        isDisabled={busy}
        onHoverStart={prepare}
        onFocus={prepare}
        onPress={() => setOpen(true)}
        className={`${CHIP} ${PRESSABLE}`}
      >
        <Icon size={13} aria-hidden className="shrink-0 text-ink-3" />
        {chip && <span className="min-w-0 [overflow-wrap:anywhere]">{chip.label}</span>}
      </Button>
      {open && (
        <Suspense>
          <ChipPopover
            of={of}
            path={chip?.path}
            trigger={trigger}
            onClose={() => setOpen(false)}
            onApply={(plan) => refine(plan, of.runId)}
          />
        </Suspense>
      )}
    </>
  );
}
