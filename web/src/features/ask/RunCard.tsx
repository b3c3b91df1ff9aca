import { useQuery } from "@tanstack/react-query";
import { ChevronRight, CircleCheck, SquarePen, TriangleAlert } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { memo, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { figures, fractionColumns } from "../../lib/answer";
import { api } from "../../lib/api";
import { capOf } from "../../lib/limits";
import { columnFormats, labelled } from "../../lib/format";
import { useRun, useRunStore } from "../../lib/hooks";
import type { Executed } from "../../lib/protocol";
import { partsOf } from "../../lib/parts";
import { moments } from "../../lib/replay";
import { isFinished, planOf, questionOf, resultOf, statementOf, type RunState } from "../../lib/run";
import { reproduces } from "../../lib/reproduction";
import { Button, ButtonLink } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { Output } from "../../ui/Output";
import { text } from "../../text";
import { outcome } from "../../text/outcome";
import { details } from "../../text/details";
import { Edited } from "../chips/Edited";
import { Actions } from "./Actions";
import { AnswerText } from "./AnswerText";
import { useAsking } from "./asking";
import { CapNote } from "./CapBar";
import { Continues } from "./Continues";
import { Facts, Warnings } from "./Facts";
import { Interpretation } from "./Interpretation";
import { Keep } from "./Keep";
import { Outcome } from "./Outcome";
import { PointingContext, type Cell, type Pointing } from "./pointing";
import { AskedAt, Question } from "./Question";
import { prefetchChart, ResultChart, saysEverything } from "./ResultChart";
import { Scrubber } from "./Scrubber";
import { StageLine } from "./StageLine";
import { ahead, part } from "../../lib/part";

const loadTable = () => import("./ResultTable");
const ResultTable = part(loadTable);
const Details = part(() => import("./Details"));

/** One question and everything that became of it. */
export default memo(function RunCard({ id, latest }: { id: string; latest: boolean }) {
  const { run, events, loading, fault, net, title, startedAt } = useRun(id);
  const past = useMemo(() => (isFinished(run) ? moments(events) : []), [run, events]);
  const [at, setAt] = useState<number>();
  // The last moment is the run itself.
  const then = at === undefined || at >= past.length - 1 ? undefined : past[at];
  const store = useRunStore();
  const working = run.steps.length > 0 && !isFinished(run);
  useEffect(() => {
    if (!working) return;
    prefetchChart();
    ahead(loadTable);
  }, [working]);

  if (fault) {
    const missing = fault.code === "NOT_FOUND";
    return (
      <Notice
        tone="bad"
        title={fault.message || text.net.unreachable}
        hint={missing ? outcome.missingHint : fault.hint}
      >
        {missing ? (
          <ButtonLink href="/">{text.nav.ask}</ButtonLink>
        ) : (
          <Button onPress={() => store.retry(id)}>{text.tryAgain}</Button>
        )}
      </Notice>
    );
  }
  if (loading && !title)
    return <div className="late h-40 rounded-lg border border-line bg-surface" aria-label={text.loading} />;
  const trouble = net === "reconnecting" || net === "down";
  return (
    <>
      <Question asked={<AskedAt at={run.askedAt} />}>{questionOf(run, title)}</Question>
      <article
        aria-label={questionOf(run, title)}
        aria-busy={!isFinished(run)}
        className="rise rounded-lg border border-line bg-surface"
      >
        <StageLine
          run={then?.run ?? run}
          past={then !== undefined}
          startedAt={startedAt ?? Date.parse(run.askedAt ?? "")}
        />
        <Scrubber moments={past} at={at ?? past.length - 1} onChange={setAt} />
        <div className="space-y-5 p-4 sm:p-5">
          {trouble && !isFinished(run) && (
            <Notice
              live
              tone={net === "down" ? "warn" : "neutral"}
              title={net === "down" ? text.net.down : text.net.reconnecting}
            >
              {net === "down" && <Button onPress={() => store.retry(id)}>{text.net.retry}</Button>}
            </Notice>
          )}
          <RunBody id={id} run={then?.run ?? run} past={then !== undefined} />
        </div>
      </article>
      {latest && !then && <FollowUps questions={run.answered?.follow_ups ?? []} />}
    </>
  );
});

/** What is known of a run. With `past`, that is what was known at an earlier moment: nothing is on its way. */
export function RunBody({ id, run, past = false }: { id: string; run: RunState; past?: boolean }) {
  const [cell, point] = useState<Cell>();
  const [shown, setShown] = useState(0);
  const show = useCallback((target: Cell) => {
    point(target);
    setShown((n) => n + 1);
  }, []);
  const pointing = useMemo<Pointing>(() => ({ cell, point, shown, show }), [cell, shown, show]);
  const plan = planOf(run);
  const result = resultOf(run);
  const answer = run.answered;
  const statement = statementOf(run);
  // A fault offers its own next step.
  const ended = run.rejected ?? run.failed;
  const refs = useMemo(() => figures(answer?.refs, result?.columns ?? []), [answer, result]);
  const finished = past || isFinished(run);
  return (
    <PointingContext value={pointing}>
      {plan && <Continues from={plan.continues} />}
      {plan && <Edited id={id} edited={plan.edited} />}
      {plan && (
        <Interpretation
          chips={plan.interpretation ?? []}
          sentence={answer?.trust.sentence || plan.sentence}
          editing={
            finished && plan.plan !== undefined && run.asked
              ? {
                  runId: id,
                  datasetId: run.asked.dataset.id,
                  plan: plan.plan,
                  asOf: run.asked.context?.as_of,
                }
              : undefined
          }
        />
      )}
      <Outcome id={id} run={run} />
      <EditedBy run={run} />
      {answer && <Reproduced run={run} />}
      {(answer || run.draft) && <AnswerText value={answer?.text ?? run.draft} refs={refs} />}
      {finished && <Warnings id={id} run={run} />}
      {!finished && !run.draft && <Skeleton />}
      {finished && result && result.row_count > 0 && <Result id={id} run={run} result={result} />}
      {finished && result?.stdout && <Output label={details.stdout} value={result.stdout} />}
      {finished &&
        result &&
        result.row_count === 0 &&
        result.columns.length > 0 &&
        run.status === "succeeded" && (
          <Notice tone="neutral" title={text.answer.empty} hint={text.answer.emptyHint} />
        )}
      {finished && run.log.length > 0 && !answer?.thread && (
        <div className="space-y-2">
          {result && <Facts run={run} />}
          {!past && (
            <Actions
              id={id}
              hasResult={result !== undefined}
              cap={capOf(run)}
              statement={
                ended ? undefined : statement && { ...statement, runId: id, original: statement.code }
              }
            />
          )}
          {answer && result && <Keep id={id} run={run} />}
          {(plan || run.failed || run.rejected) && <HowComputed id={id} run={run} />}
        </div>
      )}
    </PointingContext>
  );
}

/** Where to go from here; only under the newest answer. */
function FollowUps({ questions }: { questions: string[] }) {
  const { ask, busy } = useAsking();
  if (questions.length === 0) return null;
  return (
    <div role="group" aria-label={text.ask.followUps} className="rise mt-3 flex flex-wrap gap-2">
      {questions.map((question) => (
        <Button
          key={question}
          isDisabled={busy}
          onPress={() => ask(question)}
          className="py-1 text-left !whitespace-normal"
        >
          {question}
        </Button>
      ))}
    </div>
  );
}

function Skeleton() {
  return (
    <div aria-hidden className="late space-y-3">
      <div className="pulse h-5 w-3/5 rounded-sm bg-sunken" />
      <div className="pulse h-5 w-2/5 rounded-sm bg-sunken" />
      <div className="pulse h-40 rounded-md bg-sunken" />
    </div>
  );
}

function Result({ id, run, result }: { id: string; run: RunState; result: Executed }) {
  const preview = result.preview?.length ?? 0;
  const [all, setAll] = useState(false);
  const full = useQuery({
    queryKey: ["result", id],
    queryFn: () => api.result(id),
    enabled: all,
    staleTime: Infinity,
  });
  const labels = run.answered?.labels;
  const plan = planOf(run)?.plan;
  const columns = useMemo(() => {
    const found = result.columns ?? [];
    return labelled(found, labels, partsOf(plan, found));
  }, [labels, plan, result]);
  const rows = useMemo(() => full.data?.rows ?? result.preview ?? [], [full.data, result]);
  const answer = run.answered;
  const fractions = useMemo(
    () => fractionColumns(answer?.text ?? "", answer?.refs ?? [], columns, rows),
    [answer, columns, rows],
  );
  const formats = useMemo(() => columnFormats(columns, rows, fractions), [columns, rows, fractions]);
  const spec = run.answered?.chart;
  const cap = capOf(run);
  const version = run.answered?.trust.dataset_version ?? "";
  return (
    <>
      <ResultChart
        spec={spec}
        columns={columns}
        rows={rows}
        fractions={fractions}
        source={[
          questionOf(run),
          [
            text.product,
            run.asked?.dataset.id,
            version && text.facts.version(version),
            text.rows(result.row_count),
            id,
          ]
            .filter(Boolean)
            .join(" · "),
        ]}
      />
      {cap && spec && spec.type !== "table" && <CapNote cap={cap} of="chart" />}
      {!saysEverything(spec, columns, rows) && (
        <Suspense fallback={<div className="late h-40 rounded-md bg-sunken" />}>
          <ResultTable formats={formats} rows={rows} label={spec?.title || text.table.label} />
        </Suspense>
      )}
      {cap && !saysEverything(spec, columns, rows) && <CapNote cap={cap} of="table" />}
      {rows.length < result.row_count && preview > 0 && (
        <p className="flex flex-wrap items-center gap-3 text-sm text-ink-2">
          {full.isError ? text.table.allFailed : text.table.preview(rows.length, result.row_count)}
          <Button isDisabled={full.isLoading} onPress={() => (all ? void full.refetch() : setAll(true))}>
            {text.table.all(result.row_count)}
          </Button>
        </p>
      )}
    </>
  );
}

/** Marks a statement that somebody wrote into the place of the one that was proposed. */
function EditedBy({ run }: { run: RunState }) {
  const { sql, python } = run.asked?.request ?? {};
  const parent = useRun(sql || python ? run.asked?.parent_run_id : undefined);
  const before = statementOf(parent.run)?.code;
  if (before === undefined || before === (sql ?? python)) return null;
  return (
    <p className="flex items-center gap-1.5 text-sm font-medium text-accent">
      <SquarePen size={14} aria-hidden />
      {text.composer.changed}
    </p>
  );
}

/** For a run made from another: whether the same statement gave the same rows. */
function Reproduced({ run }: { run: RunState }) {
  const parent = run.asked?.parent_run_id;
  return parent ? <Comparison run={run} parent={parent} /> : null;
}

function Comparison({ run, parent }: { run: RunState; parent: string }) {
  const earlier = useRun(parent);
  const outcome = reproduces(run, earlier.run);
  if (!outcome) return null;
  const same = outcome === "same";
  const Icon = same ? CircleCheck : TriangleAlert;
  return (
    <p className={`flex flex-wrap items-center gap-2 text-sm font-medium ${same ? "text-ok" : "text-rej"}`}>
      <Icon size={16} aria-hidden />
      {same ? text.actions.same : text.actions.different}
      <Link
        to="/runs/$runId"
        params={{ runId: parent }}
        className="font-normal text-accent underline underline-offset-2"
      >
        {text.actions.sameOf}
      </Link>
    </p>
  );
}

function HowComputed({ id, run }: { id: string; run: RunState }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="border-t border-line pt-2">
      <h3>
        <Button
          kind="quiet"
          aria-expanded={open}
          aria-controls={`details-${id}`}
          className="-mx-2 px-2 font-medium"
          onPress={() => setOpen(!open)}
        >
          <ChevronRight size={15} aria-hidden className={`transition-transform ${open ? "rotate-90" : ""}`} />
          {resultOf(run) ? details.title : details.titleOther}
        </Button>
      </h3>
      <div id={`details-${id}`} hidden={!open} className="pt-2">
        <Suspense fallback={<p className="late text-sm text-ink-3">{text.loading}</p>}>
          {open && <Details id={id} run={run} />}
        </Suspense>
      </div>
    </div>
  );
}
