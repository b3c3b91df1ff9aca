import type { Fault, Limits, PolicyLimits } from "./protocol";
import type { RunState } from "./run";
import { planOf, resultOf } from "./run";

/** The limits a run can ask for. */
export type LimitName = keyof Limits;

/** A limit that can be larger: what it is now, and what to ask for next. */
export interface Raise {
  limit: LimitName;
  from: number;
  to: number;
}

/** Sizes that are offered: each step is felt, and the last is whatever the policy allows. */
const STEPS: Record<LimitName, readonly number[]> = {
  max_rows: [1000, 5000, 10_000],
  timeout_ms: [30_000, 60_000],
  max_output_bytes: [16 << 20, 32 << 20],
  memory_mb: [1024, 2048, 4096],
};

const isLimit = (name: unknown): name is LimitName => typeof name === "string" && Object.hasOwn(STEPS, name);

/** The limits a fault is about, the likeliest first. */
function limitsOf(fault: Fault): LimitName[] {
  if (fault.code === "RUNNER_TIMEOUT") return ["timeout_ms"];
  if (fault.code !== "RUNNER_RESOURCE_EXCEEDED") return [];
  return isLimit(fault.details?.limit) ? [fault.details.limit] : ["memory_mb", "max_output_bytes"];
}

/** The next larger value of a limit within the policy; undefined when the policy allows no more. */
export function nextLimit(limit: LimitName, now: number, policy: PolicyLimits): Raise | undefined {
  const most = policy.max[limit];
  const to = [...STEPS[limit].filter((step) => step > now && step < most), most].find((step) => step > now);
  return to === undefined ? undefined : { limit, from: now, to };
}

/** How to raise the limit that ended a run; undefined when it was none, or the policy allows no more. */
export function raiseFor(run: RunState, fault: Fault, policy?: PolicyLimits): Raise | undefined {
  const now = planOf(run)?.limits ?? run.asked?.limits;
  if (!policy || !now) return undefined;
  for (const limit of limitsOf(fault)) {
    const raise = nextLimit(limit, now[limit], policy);
    if (raise) return raise;
  }
  return undefined;
}

/** A result that does not hold every row, and what is known about the rest. */
export interface Cap {
  shown: number;
  /** How many rows there are, where that is known. */
  total?: number;
  /** True when rows are surely missing; false when the result only fills a limit nobody asked for. */
  sure: boolean;
  by: "rows" | "bytes";
  /** Each row is computed from many: its own figures use all rows, whatever is cut. */
  grouped: boolean;
}

/** Parts of a plan that make rows of the result something else than rows of the table. */
const RESHAPES = ["group_by", "having", "distinct", "top", "joins", "windows", "relations", "limit"];

/** What is missing of a run's result; undefined for a complete one. */
export function capOf(run: RunState): Cap | undefined {
  const result = resultOf(run);
  if (!result) return undefined;
  const doubtful = run.answered?.trust.complete === false;
  if (!result.truncated && !doubtful) return undefined;
  const plan = planOf(run)?.plan as Record<string, unknown> | undefined;
  const select = Array.isArray(plan?.select) ? (plan.select as Record<string, unknown>[]) : [];
  const grouped =
    plan !== undefined &&
    ((Array.isArray(plan.group_by) && plan.group_by.length > 0) || select.some((part) => "agg" in part));
  const plain = plan !== undefined && !grouped && !RESHAPES.some((part) => part in plan);
  const kept = result.rows_kept;
  const total = plain && kept !== undefined && kept > result.row_count ? kept : undefined;
  return {
    shown: result.row_count,
    total,
    sure: result.truncated || total !== undefined,
    by: result.truncated_by === "bytes" ? "bytes" : "rows",
    grouped,
  };
}

/** How to get more of a capped result, where the policy permits it. */
export function raiseForCap(run: RunState, cap: Cap, policy?: PolicyLimits): Raise | undefined {
  const now = planOf(run)?.limits ?? run.asked?.limits;
  if (!policy || !now) return undefined;
  const limit = cap.by === "bytes" ? "max_output_bytes" : "max_rows";
  return nextLimit(limit, now[limit], policy);
}
