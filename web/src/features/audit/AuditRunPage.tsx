import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft, FileJson2, MessageSquare, ShieldCheck } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { urls } from "../../lib/api";
import { RunStoreContext, useRunStore } from "../../lib/hooks";
import { faultOf } from "../../lib/http";
import { moments as momentsOf, stepTo, storedEvents, type Moment } from "../../lib/replay";
import { isFinished, questionOf } from "../../lib/run";
import { auditText } from "../../text/audit";
import { Button, ButtonLink } from "../../ui/Button";
import { Code } from "../../ui/Code";
import { Notice } from "../../ui/Notice";
import { Page, PageLoading } from "../../ui/Page";
import { AskingContext, useAsking, type Asking } from "../ask/asking";
import RunCard from "../ask/RunCard";
import { eventTexts } from "./eventText";
import { loadRun, type StoredRun } from "./queries";
import { ReplayBar } from "./ReplayBar";
import { ReplayStore } from "./replayStore";
import { useVerify } from "./useVerify";
import { blamed } from "./verdict";
import { VerdictNotice } from "./VerdictNotice";

const T = auditText.replay;

/** One run, as it was recorded, step by step. */
export default function AuditRunPage() {
  const { runId = "" } = useParams({ strict: false });
  const stored = useQuery({
    queryKey: ["capsule", "text", runId],
    queryFn: () => loadRun(runId),
    // A run under way grows.
    refetchInterval: (query) => (query.state.data?.capsule.times.finished_at ? false : 2000),
  });
  if (stored.data) return <Replay key={runId} id={runId} stored={stored.data} />;
  const fault = stored.isError ? faultOf(stored.error) : undefined;
  return (
    <Page wide title={auditText.title} docTitle={auditText.docTitle}>
      <Back />
      {fault ? (
        <Notice
          tone="bad"
          title={fault.message || auditText.failed}
          hint={fault.code === "NOT_FOUND" ? T.missingHint : fault.hint}
        >
          <Button onPress={() => void stored.refetch()}>{auditText.tryAgain}</Button>
        </Notice>
      ) : (
        <PageLoading />
      )}
    </Page>
  );
}

const Back = () => (
  <Link
    to="/audit"
    className="inline-flex min-h-6 items-center gap-1.5 text-sm text-accent underline-offset-2 hover:underline"
  >
    <ArrowLeft size={14} aria-hidden />
    {auditText.all}
  </Link>
);

function Replay({ id, stored }: { id: string; stored: StoredRun }) {
  const moments = useMemo(() => momentsOf(storedEvents(stored.capsule.chain.events)), [stored]);
  const [chosen, setChosen] = useState<number>();
  const at = stepTo(chosen ?? moments.length - 1, moments.length);
  const verify = useVerify(id);
  const present = moments.at(-1);
  const question = present ? questionOf(present.run) : id;
  const broken = blamed(verify.data);
  const failure = verify.isError ? faultOf(verify.error) : undefined;
  return (
    <Page wide title={question} docTitle={auditText.runDocTitle(question)} actions={<RunActions id={id} />}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Back />
        <Button kind="solid" isPending={verify.isPending} onPress={() => verify.mutate()}>
          <ShieldCheck size={14} aria-hidden />
          {verify.isPending
            ? auditText.proof.busy
            : verify.data
              ? auditText.proof.again
              : auditText.proof.verify}
        </Button>
      </div>
      {failure && (
        <Notice live tone="bad" title={failure.message || auditText.proof.failed} hint={failure.hint} />
      )}
      {verify.data && (
        <VerdictNotice
          verdict={verify.data}
          steps={moments.length}
          onGoTo={(event) => setChosen(event - 1)}
        />
      )}
      {present ? (
        <Moments id={id} text={stored.text} moments={moments} at={at} broken={broken} onStep={setChosen} />
      ) : (
        <Notice tone="warn" title={T.unreadable} />
      )}
    </Page>
  );
}

function RunActions({ id }: { id: string }) {
  return (
    <>
      <ButtonLink href={urls.capsule(id)} download={`leo-run-${id}.json`} aria-label={T.capsule}>
        <FileJson2 size={14} aria-hidden />
        <span className="max-sm:sr-only">{T.capsule}</span>
      </ButtonLink>
      <Link
        to="/runs/$runId"
        params={{ runId: id }}
        aria-label={T.ask}
        className="control inline-flex items-center gap-1.5 rounded-md border border-line bg-surface px-3 text-sm text-ink-2 hover:border-line-strong hover:text-ink"
      >
        <MessageSquare size={14} aria-hidden />
        <span className="max-sm:sr-only">{T.ask}</span>
      </Link>
    </>
  );
}

interface MomentsProps {
  id: string;
  text: string;
  moments: Moment[];
  at: number;
  /** The number of the event that is not what it should be; 0 for none. */
  broken: number;
  onStep: (at: number) => void;
}

/** The card as it was at a step, and the stored event that made it so. */
function Moments({ id, text, moments, at, broken, onStep }: MomentsProps) {
  const texts = useMemo(() => eventTexts(text), [text]);
  const { run, event, seq } = moments[at]!;
  const present = useRunStore();
  const store = useMemo(
    // Without a time to count from, a step that is over does not count on.
    () =>
      new ReplayStore(present, id, { events: [], run, net: "closed", loading: false, startedAt: Number.NaN }),
    [present, id, run],
  );
  const kind = T.kinds[event.kind] ?? event.kind;
  return (
    <div className="space-y-5">
      <ReplayBar moments={moments} at={at} onStep={onStep} />
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <section aria-label={T.card} className="min-w-0 [&_.pulse]:animate-none">
          <RunStoreContext value={store}>
            <AskingContext value={useFrozen(id)}>
              <RunCard id={id} latest={false} />
            </AskingContext>
          </RunStoreContext>
        </section>
        <section aria-label={T.beside} className="min-w-0 space-y-3 xl:sticky xl:top-0">
          {broken === at + 1 && <Notice tone="bad" title={auditText.proof.broken(broken)} />}
          <Code code={texts.get(seq) ?? ""} language="json" label={T.event(kind)} copyLabel={T.copyEvent} />
          <p className="num text-xs text-ink-3">{T.meta(seq, event.by ?? "")}</p>
          {isFinished(moments.at(-1)!.run) && (
            <Steps moments={moments} at={at} broken={broken} onStep={onStep} />
          )}
        </section>
      </div>
    </div>
  );
}

/** All events at a glance; each leads to its step. */
function Steps({ moments, at, broken, onStep }: Pick<MomentsProps, "moments" | "at" | "broken" | "onStep">) {
  return (
    <ol aria-label={T.steps} className="num overflow-hidden rounded-md border border-line bg-surface text-sm">
      {moments.map(({ seq, event, ms }, i) => (
        <li key={seq} className="border-b border-line last:border-0">
          <button
            type="button"
            aria-current={i === at ? "step" : undefined}
            onClick={() => onStep(i)}
            className={`control flex w-full items-center gap-3 px-3 text-left -outline-offset-2 ${
              i === at ? "bg-accent-soft font-medium text-ink" : "text-ink-2 hover:bg-sunken"
            }`}
          >
            <span className="w-5 text-right">{i + 1}</span>
            <span className={broken === i + 1 ? "font-semibold text-bad" : ""}>
              {T.kinds[event.kind] ?? event.kind}
              {broken === i + 1 && ` – ${auditText.proof.broken(broken)}`}
            </span>
            <span className="ml-auto text-xs text-ink-2">{T.since(`${Math.round(ms)} ms`)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** The past asks nothing: what a card offers to do is done in Ask. */
function useFrozen(id: string): Asking {
  const nothing = useAsking();
  const navigate = useNavigate();
  const open = useCallback(
    () => void navigate({ to: "/runs/$runId", params: { runId: id } }),
    [navigate, id],
  );
  return useMemo(() => ({ ...nothing, busy: true, rephrase: open }), [nothing, open]);
}
