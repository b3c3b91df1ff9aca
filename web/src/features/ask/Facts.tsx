import { BadgeCheck, Check, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { capOf } from "../../lib/limits";
import { planOf, type RunState } from "../../lib/run";
import { checkName, facts, originText } from "../../lib/stages";
import { text } from "../../text";
import { verifiedText } from "../../text/verified";
import { CapBar } from "./CapBar";

/** One line of what makes a result believable. */
export function Facts({ run }: { run: RunState }) {
  const origin = originText(run);
  const by = planOf(run)?.verified;
  return (
    <ul aria-label={text.facts.label} className="num flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-3">
      {facts(run).map((fact) => (
        <li
          key={fact.key}
          title={fact.title}
          className={fact.tone === "good" ? "text-ok" : fact.tone === "warn" ? "font-medium text-rej" : ""}
        >
          {fact.tone === "good" && <Check size={12} aria-hidden className="mr-1 inline align-[-1px]" />}
          {fact.tone === "warn" && (
            <TriangleAlert size={12} aria-hidden className="mr-1 inline align-[-1px]" />
          )}
          {fact.label}
        </li>
      ))}
      {origin && (
        <li className={by ? "font-medium text-ok" : ""} title={by && verifiedText.title(by.question)}>
          {by && <BadgeCheck size={13} aria-hidden className="mr-1 inline align-[-2px]" />}
          {origin}
        </li>
      )}
    </ul>
  );
}

/** Says across the result what a reader must know before using it: that it was cut, or rests on a guess. */
export function Warnings({ id, run }: { id: string; run: RunState }) {
  const capped = capOf(run) !== undefined;
  const doubts = (run.answered?.trust.checks ?? []).filter(
    // The bar for a cut result says it better than the check does.
    (check) => check.outcome !== "pass" && !(capped && check.name === "complete"),
  );
  return (
    <>
      <CapBar id={id} run={run} />
      {doubts.map((check) => (
        <Warning key={`${check.name} ${check.detail}`}>{check.detail || checkName(check.name)}</Warning>
      ))}
    </>
  );
}

function Warning({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-start gap-2 rounded-md border border-rej/40 bg-rej-soft px-3 py-2 text-sm">
      <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0 text-rej" />
      <span>{children}</span>
    </p>
  );
}
