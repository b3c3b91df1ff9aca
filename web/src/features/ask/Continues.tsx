import { Link } from "@tanstack/react-router";
import { CornerDownRight } from "lucide-react";
import type { Planned } from "../../lib/protocol";
import { text } from "../../text";

/** Which answer a follow-up goes on from. */
export function Continues({ from }: { from: Planned["continues"] }) {
  if (!from?.sentence) return null;
  return (
    <p className="flex max-w-[75ch] items-start gap-1.5 text-sm text-ink-3">
      <CornerDownRight size={14} aria-hidden className="mt-0.5 shrink-0" />
      <span>
        {text.thread.continues}{" "}
        {from.run_id ? (
          <Link to="/runs/$runId" params={{ runId: from.run_id }} className="underline underline-offset-2">
            {from.sentence}
          </Link>
        ) : (
          from.sentence
        )}
      </span>
    </p>
  );
}
