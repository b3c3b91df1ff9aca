import { text } from "../text";
import { formatDay } from "./format";
import type { Planned, StageName } from "./protocol";
import { executorOf, isFinished, planOf, resultOf, type RunState, type Step } from "./run";

export type StageState = "done" | "running" | "failed" | "rejected" | "stopped";

/** One stage of a run as the stage line shows it. */
export interface Stage {
  key: string;
  state: StageState;
  label: string;
  ms?: number;
  note?: string;
}

function stepStages(step: Step, again: boolean): Stage[] {
  const { planned, started, executed } = step;
  const stages: Stage[] = [];
  const add = (name: string, stage: Omit<Stage, "key" | "state">) =>
    stages.push({ key: `${step.number}.${name}`, state: "done", ...stage });
  if (planned)
    add("planned", { label: again ? text.stage.plannedAgain : text.stage.planned, ms: planned.plan_ms });
  if (started) {
    const wait = executed && executed.timings.queue_ms + executed.timings.prepare_ms;
    add("started", { label: text.stage.started, ms: wait });
  }
  if (executed?.fault)
    stages.push({
      key: `${step.number}.executed`,
      state: "rejected",
      label: text.stage.didNotRun,
      note: executed.fault.message,
    });
  else if (executed) {
    const cached = executed.cache === "hit";
    const label = cached
      ? text.stage.cached
      : planned?.query_type === "python"
        ? text.stage.ranPython
        : text.stage.ran;
    add("executed", {
      label,
      ms: cached ? undefined : executed.timings.exec_ms,
      note: text.rows(executed.row_count),
    });
  }
  return stages;
}

/** What the run is doing now, as far as its events say. */
export function currentStage(run: RunState): StageName {
  if (run.progress) return run.progress.stage;
  const last = run.steps.at(-1);
  if (!last) return "planning";
  if (last.executed) return "answering";
  return last.started ? "executing" : "checking";
}

/** The stages of a run: those that are over in the past tense with their time, then the one that is not. */
export function stages(run: RunState): Stage[] {
  const done = run.steps.flatMap((step, at) => stepStages(step, at > 0));
  if (run.answered) {
    return [
      ...done,
      { key: "answered", state: "done", label: text.stage.answered, ms: run.answered.usage.answer_ms },
    ];
  }
  const now = currentStage(run);
  if (!isFinished(run)) {
    const label = run.progress?.message || text.stage.now[now];
    return [...done, { key: "now", state: "running", label }];
  }
  if (run.needsInput)
    return [
      ...done,
      { key: "end", state: "done", label: text.stage.foundReadings(run.needsInput.readings.length) },
    ];
  if (run.rejected)
    return [...done, { key: "end", state: "rejected", label: text.stage.refused[run.rejected.stage] }];
  if (run.failed)
    return [...done, { key: "end", state: "failed", label: text.stage.broke[run.failed.stage] }];
  return [...done, { key: "end", state: "stopped", label: text.stage.stopped }];
}

/** A fact about a finished run, for the line under its result. */
export interface Fact {
  key: string;
  label: string;
  title?: string;
  tone?: "good" | "warn";
}

/** The facts a reader needs to believe a result, or not. */
export function facts(run: RunState): Fact[] {
  const result = resultOf(run);
  if (!result) return [];
  const list: Fact[] = [{ key: "rows", label: text.rows(result.row_count) }];
  const trust = run.answered?.trust;
  if (result.truncated) {
    list.push({ key: "complete", label: text.facts.capped, tone: "warn", title: text.facts.cappedTitle });
  } else if (trust?.complete === false) {
    list.push({ key: "complete", label: text.facts.doubtful, tone: "warn", title: text.facts.doubtfulTitle });
  } else {
    list.push({ key: "complete", label: text.facts.complete, tone: "good", title: text.facts.completeTitle });
  }
  const read = result.rows_read ?? trust?.rows_read;
  const kept = result.rows_kept ?? trust?.rows_kept;
  if (read !== undefined)
    list.push({ key: "read", label: text.facts.read(read, kept), title: text.facts.readTitle });
  const version = trust?.dataset_version || run.asked?.dataset.version;
  if (version)
    list.push({
      key: "version",
      label: text.facts.version(version),
      title: text.facts.versionTitle(version),
    });
  if (result.cache === "hit")
    list.push({ key: "cache", label: text.facts.cached, title: text.facts.cachedTitle });
  const executor = executorOf(run);
  if (executor)
    list.push({
      key: "executor",
      label: text.facts.executor(executor, result.warm),
      title: text.facts.executorTitle,
    });
  return list;
}

/** How the statement came to be, in words, and how sure the planner was where that is in question. */
export function originText(run: RunState): string {
  const plan = planOf(run);
  if (!plan) return "";
  const by = plan.verified ?? run.answered?.trust.verified;
  if (by) return text.verifiedBy(by.owner, formatDay(by.at));
  if (plan.edited) return text.edited(run.asked?.user);
  const made = madeText(plan);
  const sure = plan.origin === "rules" || plan.origin === "model";
  return sure && plan.confidence > 0 && plan.confidence < 1
    ? text.facts.confidence(made, Math.round(plan.confidence * 100))
    : made;
}

function madeText(plan: Planned): string {
  if (plan.origin !== "model" || plan.plan !== undefined) return text.origin[plan.origin];
  return plan.python ? text.originPython : text.originSql;
}

/** What a check is called in words. */
export const checkName = (name: string): string => text.checks[name] ?? name.replaceAll("_", " ");
