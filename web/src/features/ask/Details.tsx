import { useQuery } from "@tanstack/react-query";
import { ShieldCheck, TriangleAlert } from "lucide-react";
import { Suspense, type ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { api } from "../../lib/api";
import { formatBytes, formatCount, formatMoment, formatMs } from "../../lib/format";
import { useRun } from "../../lib/hooks";
import {
  executorOf,
  isFinished,
  planOf,
  resultOf,
  statementOf,
  totalMs,
  type RunState,
  type Step,
} from "../../lib/run";
import { checkName, originText } from "../../lib/stages";
import { Code } from "../../ui/Code";
import { CopyButton } from "../../ui/CopyButton";
import { Output } from "../../ui/Output";
import { text } from "../../text";
import { outcome } from "../../text/outcome";
import { details } from "../../text/details";
import { part } from "../../lib/part";

const Changes = part(() => import("../editor/Changes"));

const T = details;

/** Everything behind an answer: the statement, the plan, the numbers, the log and the chain of events. */
export default function Details({ id, run }: { id: string; run: RunState }) {
  const plan = planOf(run);
  const tabs: [id: string, label: string, panel: ReactNode][] = [
    ["sentence", T.sentence, <Sentence key="sentence" run={run} />],
    ["statement", plan?.python ? T.python : T.sql, <Statements key="statement" steps={run.steps} />],
    ["plan", T.plan, <Plan key="plan" run={run} />],
    ...(run.asked?.parent_run_id
      ? [
          ["changes", T.changes, <ChangesOf key="changes" run={run} parent={run.asked.parent_run_id} />] as [
            string,
            string,
            ReactNode,
          ],
        ]
      : []),
    ["stats", T.stats, <Stats key="stats" run={run} />],
    ["limits", T.limits, <LimitsOf key="limits" run={run} />],
    ["checks", T.checks, <Checks key="checks" run={run} />],
    ["log", T.log, <Log key="log" run={run} />],
    ["proof", T.proof, <Proof key="proof" id={id} run={run} />],
  ];
  return (
    <div className="space-y-3">
      <Tabs defaultSelectedKey="statement">
        <TabList aria-label={T.tabs} className="flex gap-1 overflow-x-auto border-b border-line text-sm">
          {tabs.map(([tab, label]) => (
            <Tab
              key={tab}
              id={tab}
              className="control flex cursor-default items-center rounded-t-md border-b-2 border-transparent px-3 text-ink-2 -outline-offset-2 hover:text-ink data-selected:border-accent data-selected:font-medium data-selected:text-ink"
            >
              {label}
            </Tab>
          ))}
        </TabList>
        {tabs.map(([tab, , panel]) => (
          <TabPanel key={tab} id={tab} className="pt-3">
            {panel}
          </TabPanel>
        ))}
      </Tabs>
    </div>
  );
}

const Nothing = ({ children }: { children: ReactNode }) => <p className="text-sm text-ink-3">{children}</p>;

function Statements({ steps }: { steps: Step[] }) {
  const planned = steps.filter((step) => step.planned?.sql || step.planned?.python);
  if (planned.length === 0) return <Nothing>{T.noStatement}</Nothing>;
  return (
    <div className="space-y-3">
      {planned.map(({ number, planned: made }) => {
        const exact = made?.dialect && made.sql ? T.exactDialect(made.dialect) : T.exact;
        const label = planned.length > 1 ? `${T.step(number)}. ${exact}` : exact;
        return made?.python ? (
          <Code key={number} code={made.python} language="python" label={label} copyLabel={T.copyPython} />
        ) : (
          <Code key={number} code={made?.sql ?? ""} language="sql" label={label} copyLabel={T.copySql} />
        );
      })}
    </div>
  );
}

function Plan({ run }: { run: RunState }) {
  const plan = planOf(run)?.plan;
  if (plan == null) return <Nothing>{T.noPlan}</Nothing>;
  return (
    <Code
      code={JSON.stringify(plan, null, 2)}
      language="json"
      label={originText(run)}
      copyLabel={T.copyPlan}
    />
  );
}

type Line = [label: string, value: string];
type Lines = (Line | false | undefined | "")[];

function Sheet({ title, lines }: { title: string; lines: Lines }) {
  const shown = lines.filter((line): line is Line => Boolean(line));
  if (shown.length === 0) return null;
  return (
    <section className="space-y-1.5">
      <h4 className="text-xs font-semibold text-ink-3">{title}</h4>
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1 text-sm">
        {shown.map(([label, value]) => (
          <div key={label} className="col-span-2 grid grid-cols-subgrid border-b border-line/70 pb-1">
            <dt className="text-ink-2">{label}</dt>
            <dd className="num text-right">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Stats({ run }: { run: RunState }) {
  const plan = planOf(run);
  const result = resultOf(run);
  const usage = run.answered?.usage;
  const total = totalMs(run);
  const executor = executorOf(run);
  const model: Line = usage?.model
    ? [usage.model, T.tokens(usage.input_tokens, usage.output_tokens)]
    : [T.cost, T.noModel];
  const times: Lines = [
    plan && [T.planTime, formatMs(plan.plan_ms)],
    result && [T.queue, formatMs(result.timings.queue_ms)],
    result && [T.prepare, formatMs(result.timings.prepare_ms)],
    result && [T.exec, formatMs(result.timings.exec_ms)],
    usage && [T.answerTime, formatMs(usage.answer_ms)],
    total !== undefined && [T.total, formatMs(total)],
  ];
  const rows: Lines = [
    result?.rows_read !== undefined && [T.read, formatCount(result.rows_read)],
    result?.rows_kept !== undefined && [T.kept, formatCount(result.rows_kept)],
    result && [T.returned, formatCount(result.row_count)],
    result?.engine && [T.engine, result.engine],
    executor && [T.executor, executor],
    result && [T.cache, result.cache],
    plan &&
      (plan.origin === "rules" || plan.origin === "verified") && [
        T.confidence,
        `${Math.round(plan.confidence * 100)} %`,
      ],
    usage && model,
  ];
  return (
    <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
      <Sheet title={T.timings} lines={times} />
      <Sheet title={T.data} lines={rows} />
      <CopyLines lines={[...times, ...rows]} />
    </div>
  );
}

function LimitsOf({ run }: { run: RunState }) {
  const limits = planOf(run)?.limits ?? run.asked?.limits;
  if (!limits) return <Nothing>{T.noLimits}</Nothing>;
  const lines: Lines = [
    [T.maxRows, formatCount(limits.max_rows)],
    [T.timeout, formatMs(limits.timeout_ms)],
    [T.maxOutput, formatBytes(limits.max_output_bytes)],
    [T.memory, `${formatCount(limits.memory_mb)} MB`],
  ];
  return (
    <div className="max-w-md space-y-3">
      <Sheet title={T.limits} lines={lines} />
      <CopyLines lines={lines} />
    </div>
  );
}

function Checks({ run }: { run: RunState }) {
  const checks = run.answered?.trust.checks ?? [];
  const said = checks.map((check): Line => [
    checkName(check.name),
    [T.check[check.outcome] ?? check.outcome, check.detail].filter(Boolean).join(". "),
  ]);
  return (
    <div className="space-y-3">
      <section className="space-y-1.5">
        <h4 className="text-xs font-semibold text-ink-3">{T.checks}</h4>
        {checks.length === 0 && <Nothing>{T.noChecks}</Nothing>}
        <ul className="space-y-1 text-sm">
          {checks.map((check) => {
            const good = check.outcome === "pass";
            const Icon = good ? ShieldCheck : TriangleAlert;
            return (
              <li key={check.name} className="flex gap-2">
                <Icon size={15} aria-hidden className={`mt-0.5 shrink-0 ${good ? "text-ok" : "text-rej"}`} />
                <span>
                  {checkName(check.name)}
                  <span className="text-ink-3">
                    {" "}
                    {[T.check[check.outcome] ?? check.outcome, check.detail].filter(Boolean).join(". ")}
                  </span>
                </span>
              </li>
            );
          })}
        </ul>
      </section>
      {said.length > 0 && <CopyLines lines={said} />}
    </div>
  );
}

/** Copies what a panel says, a line each. */
function CopyLines({ lines }: { lines: Lines }) {
  const value = () =>
    lines
      .filter((line): line is Line => Boolean(line))
      .map((line) => line.join(": "))
      .join("\n");
  return (
    <div className="-ml-3">
      <CopyButton value={value} />
    </div>
  );
}

function Sentence({ run }: { run: RunState }) {
  const sentence = run.answered?.trust.sentence || planOf(run)?.sentence;
  if (!sentence) return <Nothing>{T.noStatement}</Nothing>;
  return (
    <div className="space-y-2">
      <p className="max-w-[75ch] text-ink-2">{sentence}</p>
      <CopyLines lines={[[originText(run), sentence]]} />
    </div>
  );
}

/** What this run's statement, and its plan, changed of the run it was made from. */
function ChangesOf({ run, parent }: { run: RunState; parent: string }) {
  const earlier = useRun(parent);
  const [now, then] = [statementOf(run), statementOf(earlier.run)];
  const [plan, planThen] = [planOf(run)?.plan, planOf(earlier.run)?.plan];
  if (earlier.loading) return <Nothing>{text.loading}</Nothing>;
  if (!now || !then || now.language !== then.language) return <Nothing>{T.noChanges}</Nothing>;
  if (now.code === then.code) return <Nothing>{T.sameStatement}</Nothing>;
  return (
    <Suspense fallback={<Nothing>{text.loading}</Nothing>}>
      <div className="space-y-3">
        <Changes
          before={then.code}
          after={now.code}
          language={now.language}
          label={T.changesOf(T[now.language])}
        />
        {plan && planThen && (
          <Changes before={json(planThen)} after={json(plan)} label={T.changesOf(T.plan)} />
        )}
        <CopyLines
          lines={[
            [T.before, then.code],
            [T.after, now.code],
          ]}
        />
      </div>
    </Suspense>
  );
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

function Log({ run }: { run: RunState }) {
  const result = resultOf(run);
  const stdout = result?.stdout || run.failed?.stdout;
  const stderr = result?.stderr || run.failed?.stderr;
  const details = (run.failed ?? run.rejected)?.fault.details;
  const parts: [string, string][] = [];
  if (stdout) parts.push([T.stdout, stdout]);
  if (stderr) parts.push([T.stderr, stderr]);
  if (details) parts.push([outcome.details, JSON.stringify(details, null, 2)]);
  return (
    <div className="space-y-4">
      {!stdout && !stderr && <Nothing>{T.noOutput}</Nothing>}
      {parts.map(([label, value]) => (
        <Output key={label} label={label} value={value} />
      ))}
      <section className="space-y-1.5">
        <h4 className="text-xs font-semibold text-ink-3">{T.events}</h4>
        <Events run={run} />
        <CopyLines
          lines={run.log.map((line): Line => [`${line.seq} ${line.kind}`, `${line.time} ${line.by}`])}
        />
      </section>
    </div>
  );
}

function Events({ run, hashes }: { run: RunState; hashes?: Map<number, string> }) {
  return (
    <ol className="num grid grid-cols-[auto_auto_1fr] gap-x-4 gap-y-1 text-xs">
      {run.log.map((line) => (
        <li key={line.seq} className="col-span-3 grid grid-cols-subgrid">
          <span className="text-ink-3">{line.seq}</span>
          <span className="font-medium">{line.kind}</span>
          <span
            className="truncate font-mono text-ink-3"
            title={hashes?.get(line.seq) ?? formatMoment(line.time)}
          >
            {hashes ? hashes.get(line.seq) : [line.time.slice(11, 23), line.by].filter(Boolean).join("  ")}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Proof({ id, run }: { id: string; run: RunState }) {
  const finished = isFinished(run);
  const capsule = useQuery({
    queryKey: ["capsule", id],
    queryFn: () => api.run(id),
    enabled: finished,
    staleTime: Infinity,
  });
  const chain = capsule.data?.chain;
  const hashes = chain && new Map(chain.events.map((event) => [event.seq, event.hash]));
  const version = run.answered?.trust.dataset_version || run.asked?.dataset.version;
  const line = (label: string, value: string) => (
    <div key={label}>
      <dt className="text-xs font-semibold text-ink-3">{label}</dt>
      <dd className="font-mono text-xs break-all">{value}</dd>
    </div>
  );
  return (
    <div className="space-y-4">
      <p className="max-w-[75ch] text-sm text-ink-2">{T.proofIntro}</p>
      {!finished && <Nothing>{T.proofLater}</Nothing>}
      {capsule.isPending && finished && <Nothing>{T.proofLoading}</Nothing>}
      {capsule.isError && <Nothing>{T.proofFailed}</Nothing>}
      <dl className="space-y-2">
        {chain && line(`${T.head} (${chain.algorithm})`, chain.head)}
        {version && line(T.version, version)}
        {line(T.run, id)}
        {chain && line(T.verify, `leo capsule verify leo-run-${id}.json`)}
      </dl>
      {hashes && <Events run={run} hashes={hashes} />}
      {chain && (
        <CopyLines
          lines={[
            [T.head, chain.head],
            [T.run, id],
            [T.version, version ?? ""],
          ]}
        />
      )}
    </div>
  );
}
