import { ArrowUpRight, CornerDownRight, LogIn, PencilLine, Plug, RotateCw, SquarePen } from "lucide-react";
import { useState, type ReactNode } from "react";
import { api } from "../../lib/api";
import { askToSignIn, faultOf, UNREACHABLE } from "../../lib/http";
import { raiseFor, type Raise } from "../../lib/limits";
import { nextStep, suggestionsOf, type RequestKind } from "../../lib/nextStep";
import type { Fault, StageName } from "../../lib/protocol";
import { requestKind, statementOf, type RunState } from "../../lib/run";
import { Button } from "../../ui/Button";
import { Notice, type NoticeTone } from "../../ui/Notice";
import { text } from "../../text";
import { outcome } from "../../text/outcome";
import { useAsking } from "./asking";
import type { Edit } from "./useComposer";
import { useLimits } from "./useLimits";

interface FaultNoticeProps {
  tone: NoticeTone;
  fault: Fault;
  stage: StageName;
  kind: RequestKind;
  words?: string[];
  /** The question that can be changed, if there was one. */
  question?: string;
  /** The statement that can be changed, if there is one. */
  statement?: Edit;
  /** The limit that can be raised, if one ended the run. */
  raise?: Raise;
  onRaise?: (raise: Raise) => void;
  onRetry: () => void;
}

/** A fault: what happened and where, its code for those who look it up, and the one thing to do next. */
export function FaultNotice(props: FaultNoticeProps) {
  const { tone, fault, stage, words = [] } = props;
  const message = fault.message || text.net.unreachable;
  const hint = fault.hint ?? (fault.message ? undefined : text.net.unreachableHint);
  const unnamed = words.filter((word) => !message.includes(word));
  const rule = fault.details?.rule;
  const where = fault.code === UNREACHABLE ? "" : outcome.where(stage);
  return (
    <Notice tone={tone} title={message} hint={[hint, where].filter(Boolean).join(" ")}>
      <div className="space-y-3">
        {unnamed.length > 0 && (
          <p className="flex flex-wrap items-center gap-1.5 text-sm text-ink-2">
            {outcome.words}
            {unnamed.map((word) => (
              <span key={word} className="rounded-sm border border-rej/40 px-1.5 font-medium text-ink">
                {word}
              </span>
            ))}
          </p>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Step {...props} />
          <span className="ml-auto flex flex-wrap gap-x-3 text-xs text-ink-2">
            {typeof rule === "string" && <span>{outcome.ruleOf(rule)}</span>}
            <code className="font-mono">{fault.code}</code>
          </span>
        </div>
      </div>
    </Notice>
  );
}

/** The one next step of a fault. */
function Step({
  fault,
  stage,
  kind,
  question = "",
  statement,
  raise,
  onRaise,
  onRetry,
  words = [],
}: FaultNoticeProps) {
  const { rephrase, edit, busy } = useAsking();
  const meant = suggestionsOf(fault);
  const means = {
    statement: statement !== undefined,
    raisable: raise !== undefined,
    suggests: meant.length > 0,
  };
  const solid = (icon: ReactNode, label: string, onPress: () => void) => (
    <Button kind="solid" isDisabled={busy} onPress={onPress}>
      {icon}
      {label}
    </Button>
  );
  const step = nextStep(fault, stage, kind, means);
  switch (step) {
    case "edit":
      return solid(
        <SquarePen size={14} aria-hidden />,
        outcome.step.edit,
        () => statement && edit(statement),
      );
    case "rephrase":
      return solid(
        <PencilLine size={14} aria-hidden />,
        question ? outcome.step.rephrase : outcome.askInstead,
        () => rephrase(question),
      );
    case "ask_back":
      return (
        <p className="flex flex-wrap items-center gap-2 text-sm">
          {outcome.step.ask_back}
          {meant.map((one) => (
            <Button key={one} onPress={() => rephrase(withMeant(question, words, one))}>
              {one}
            </Button>
          ))}
        </p>
      );
    case "raise":
      return solid(
        <ArrowUpRight size={14} aria-hidden />,
        raise ? outcome.raise[raise.limit](raise.to) : "",
        () => raise && onRaise?.(raise),
      );
    case "sign_in":
      return solid(<LogIn size={14} aria-hidden />, outcome.step.sign_in, askToSignIn);
    case "check_connection":
      return <CheckConnection onAnswer={onRetry} />;
    case "retry":
      return solid(<RotateCw size={14} aria-hidden />, outcome.step.retry, onRetry);
  }
}

/** A question with the word that was not understood replaced by what may have been meant. */
function withMeant(question: string, words: string[], meant: string): string {
  const word = words.find((one) => question.includes(one));
  return word === undefined ? `${question} ${meant}` : question.replace(word, meant);
}

/** Asks whether the server is there, and goes on when it is. */
function CheckConnection({ onAnswer }: { onAnswer: () => void }) {
  const [state, setState] = useState<"idle" | "asking" | "silent">("idle");
  const check = () => {
    setState("asking");
    api.session().then(onAnswer, (error: unknown) => {
      if (faultOf(error).code === UNREACHABLE) setState("silent");
      else onAnswer();
    });
  };
  return (
    <>
      <Button kind="solid" isPending={state === "asking"} onPress={check}>
        <Plug size={14} aria-hidden />
        {outcome.step.check_connection}
      </Button>
      <span role="status" className="text-sm text-ink-2">
        {state === "silent" && outcome.silent}
      </span>
    </>
  );
}

/** How a run ended if it did not end with an answer. */
export function Outcome({ id, run }: { id: string; run: RunState }) {
  const { repeat, raise } = useAsking();
  const limits = useLimits();
  const ended = run.rejected ?? run.failed;
  if (ended) {
    const statement = statementOf(run);
    return (
      <FaultNotice
        tone={run.rejected ? "rejected" : "bad"}
        fault={ended.fault}
        stage={ended.stage}
        kind={requestKind(run.asked)}
        words={run.rejected?.words}
        question={run.asked?.request.question}
        statement={statement && { ...statement, runId: id, original: statement.code, fault: ended.fault }}
        raise={raiseFor(run, ended.fault, limits)}
        onRaise={(one) => raise(id, one)}
        onRetry={() => repeat(id)}
      />
    );
  }
  if (run.cancelled) return <Stopped id={id} run={run} />;
  return run.needsInput ? <Readings id={id} run={run} /> : null;
}

function Stopped({ id, run }: { id: string; run: RunState }) {
  const { repeat, busy } = useAsking();
  const { user, reason } = run.cancelled ?? {};
  const title = user && user !== run.asked?.user ? outcome.cancelledBy(user) : outcome.cancelled;
  return (
    <Notice tone="neutral" title={title} hint={reason}>
      <Button isDisabled={busy} onPress={() => repeat(id)}>
        <RotateCw size={14} aria-hidden />
        {outcome.askAgain}
      </Button>
    </Notice>
  );
}

function Readings({ id, run }: { id: string; run: RunState }) {
  const { choose, busy } = useAsking();
  const { readings = [], question, model_fault: failed } = run.needsInput ?? {};
  const heading = readings.length === 1 ? outcome.confirm : question || outcome.reading;
  return (
    <div className="space-y-3">
      {failed && <Notice tone="warn" title={outcome.modelFailed} hint={failed.message} />}
      <h3 className="text-lg font-medium">{heading}</h3>
      <ul className="grid gap-2 sm:grid-cols-2">
        {readings.map((reading) => (
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
                {outcome.chosen}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
