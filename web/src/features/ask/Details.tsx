import { useQuery } from "@tanstack/react-query";
import { ShieldCheck, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { api } from "../../lib/api";
import { formatBytes, formatCount, formatMoment, formatMs } from "../../lib/format";
import { executorOf, isFinished, planOf, resultOf, totalMs, type RunState, type Step } from "../../lib/run";
import { checkName, originText } from "../../lib/stages";
import { Code } from "../../ui/Code";
import { Output } from "../../ui/Output";
import { outcome } from "../../text/outcome";
import { details } from "../../text/details";

const T = details;

/** Everything behind an answer: the statement, the plan, the numbers, the log and the chain of events. */
export default function Details({ id, run }: { id: string; run: RunState }) {
  const plan = planOf(run);
  const tabs: [id: string, label: string, panel: ReactNode][] = [
    ["statement", plan?.python ? T.python : T.sql, <Statements key="statement" steps={run.steps} />],
    ["plan", T.plan, <Plan key="plan" run={run} />],
    ["stats", T.stats, <Stats key="stats" run={run} />],
    ["log", T.log, <Log key="log" run={run} />],
    ["proof", T.proof, <Proof key="proof" id={id} run={run} />],
  ];
  const sentence = run.answered?.trust.sentence || plan?.sentence;
  return (
    <div className="space-y-3">
      {sentence && <p className="max-w-[75ch] text-ink-2">{sentence}</p>}
      <Tabs>
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

type Line = [label: string, value: ReactNode];

function Sheet({ title, lines }: { title: string; lines: (Line | false | undefined | "")[] }) {
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
  const limits = plan?.limits ?? run.asked?.limits;
  const total = totalMs(run);
  const executor = executorOf(run);
  const checks = run.answered?.trust.checks ?? [];
  const model: Line = usage?.model
    ? [usage.model, T.tokens(usage.input_tokens, usage.output_tokens)]
    : [T.cost, T.noModel];
  return (
    <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
      <Sheet
        title={T.timings}
        lines={[
          plan && [T.planTime, formatMs(plan.plan_ms)],
          result && [T.queue, formatMs(result.timings.queue_ms)],
          result && [T.prepare, formatMs(result.timings.prepare_ms)],
          result && [T.exec, formatMs(result.timings.exec_ms)],
          usage && [T.answerTime, formatMs(usage.answer_ms)],
          total !== undefined && [T.total, formatMs(total)],
        ]}
      />
      <Sheet
        title={T.data}
        lines={[
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
        ]}
      />
      <Sheet
        title={T.limits}
        lines={[
          limits && [T.maxRows, formatCount(limits.max_rows)],
          limits && [T.timeout, formatMs(limits.timeout_ms)],
          limits && [T.maxOutput, formatBytes(limits.max_output_bytes)],
          limits && [T.memory, `${formatCount(limits.memory_mb)} MB`],
        ]}
      />
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
    </div>
  );
}

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
    </div>
  );
}
