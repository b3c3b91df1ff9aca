import { CornerDownRight, PencilLine, RotateCw } from "lucide-react";
import type { Fault } from "../../lib/protocol";
import type { RunState } from "../../lib/run";
import { Button } from "../../ui/Button";
import { Notice, type NoticeTone } from "../../ui/Notice";
import { text } from "../../text";
import { useAsking } from "./asking";

interface FaultNoticeProps {
  tone: NoticeTone;
  fault: Fault;
  words?: string[];
  /** The question that can be changed, if there was one. */
  question?: string;
  onRetry?: () => void;
}

/** A fault: what happened, what to do, its code for those who look it up, and the one next step. */
export function FaultNotice({ tone, fault, words = [], question, onRetry }: FaultNoticeProps) {
  const { rephrase, busy } = useAsking();
  const message = fault.message || text.net.unreachable;
  const hint = fault.hint ?? (fault.message ? undefined : text.net.unreachableHint);
  const unnamed = words.filter((word) => !message.includes(word));
  const changeFirst = tone === "rejected";
  const change = question && (
    <Button key="rephrase" kind={changeFirst ? "solid" : "outline"} onPress={() => rephrase(question)}>
      <PencilLine size={14} aria-hidden />
      {text.outcome.rephrase}
    </Button>
  );
  const again = onRetry && (
    <Button key="retry" kind={changeFirst ? "outline" : "solid"} isDisabled={busy} onPress={onRetry}>
      <RotateCw size={14} aria-hidden />
      {text.outcome.retry}
    </Button>
  );
  return (
    <Notice tone={tone} title={message} hint={hint}>
      <div className="space-y-3">
        {unnamed.length > 0 && (
          <p className="flex flex-wrap items-center gap-1.5 text-sm text-ink-2">
            {text.outcome.words}
            {unnamed.map((word) => (
              <span key={word} className="rounded-sm border border-rej/40 px-1.5 font-medium text-ink">
                {word}
              </span>
            ))}
          </p>
        )}
        <div className="flex flex-wrap items-center gap-2">
          {changeFirst ? [change, again] : [again, change]}
          <code className="ml-auto font-mono text-xs text-ink-2">{fault.code}</code>
        </div>
      </div>
    </Notice>
  );
}

/** How a run ended if it did not end with an answer. */
export function Outcome({ id, run }: { id: string; run: RunState }) {
  const { repeat, choose, busy } = useAsking();
  const question = run.asked?.request.question;
  const again = () => repeat(id);
  if (run.rejected) {
    const { fault, words } = run.rejected;
    return (
      <FaultNotice
        tone="rejected"
        fault={fault}
        words={words}
        question={question}
        onRetry={question ? undefined : again}
      />
    );
  }
  if (run.failed)
    return <FaultNotice tone="bad" fault={run.failed.fault} question={question} onRetry={again} />;
  if (run.cancelled) {
    const { user, reason } = run.cancelled;
    const title = user && user !== run.asked?.user ? text.outcome.cancelledBy(user) : text.outcome.cancelled;
    return (
      <Notice tone="neutral" title={title} hint={reason}>
        <Button isDisabled={busy} onPress={again}>
          <RotateCw size={14} aria-hidden />
          {text.outcome.askAgain}
        </Button>
      </Notice>
    );
  }
  if (!run.needsInput) return null;
  const heading =
    run.needsInput.readings.length === 1
      ? text.outcome.confirm
      : run.needsInput.question || text.outcome.reading;
  return (
    <div className="space-y-3">
      <h3 className="text-lg font-medium">{heading}</h3>
      <ul className="grid gap-2 sm:grid-cols-2">
        {run.needsInput.readings.map((reading) => (
          <li key={`${reading.label} ${reading.sentence}`} className="flex">
            <button
              type="button"
              disabled={busy}
              onClick={() => choose(reading, id)}
              className="group flex w-full flex-col gap-1 rounded-md border border-line-strong bg-surface p-3 text-left transition-colors hover:border-accent hover:bg-accent-soft disabled:opacity-50"
            >
              <span className="font-medium">{reading.label}</span>
              <span className="text-sm text-ink-2">{reading.sentence}</span>
              <span className="mt-auto flex items-center gap-1 pt-1 text-sm font-medium text-accent">
                <CornerDownRight size={14} aria-hidden />
                {text.outcome.chosen}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
