import { ArrowUpRight, TriangleAlert } from "lucide-react";
import { capOf, raiseForCap, type Cap } from "../../lib/limits";
import type { RunState } from "../../lib/run";
import { Button } from "../../ui/Button";
import { capText, outcome } from "../../text/outcome";
import { useAsking } from "./asking";
import { useLimits } from "./useLimits";

/** Says across a result that it is cut, what of the answer that touches, and how to get more. */
export function CapBar({ id, run }: { id: string; run: RunState }) {
  const { raise, busy } = useAsking();
  const limits = useLimits();
  const cap = capOf(run);
  if (!cap) return null;
  const more = raiseForCap(run, cap, limits);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md border border-rej/40 bg-rej-soft px-3 py-2 text-sm">
      <p className="flex min-w-0 flex-1 basis-72 items-start gap-2">
        <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0 text-rej" />
        <span>
          <strong className="font-semibold">{capText.rows(cap)}</strong> {capText.totals(cap)}
          {limits && !more && ` ${capText.most}`}
        </span>
      </p>
      {more && (
        <Button isDisabled={busy} onPress={() => raise(id, more)}>
          <ArrowUpRight size={14} aria-hidden />
          {outcome.raise[more.limit](more.to)}
        </Button>
      )}
    </div>
  );
}

/** The same in a few words, beside a chart, a table or the downloads. */
export function CapNote({ cap, of }: { cap: Cap; of: "chart" | "table" | "files" }) {
  return (
    <p className="flex w-fit items-center gap-1.5 rounded-sm bg-rej-soft px-2 py-0.5 text-xs font-medium text-rej">
      <TriangleAlert size={12} aria-hidden className="shrink-0" />
      {capText.note[of](capText.rows(cap))}
    </p>
  );
}
