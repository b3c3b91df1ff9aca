import { planOf, resultOf, type RunState } from "./run";

/**
 * Compares a run with the earlier run it came from. Undefined: it is not a repetition of it, or one of the two
 * has no result. Only what was previewed is compared, and the number of rows.
 */
export function reproduces(run: RunState, earlier: RunState): "same" | "different" | undefined {
  const [now, then] = [planOf(run), planOf(earlier)];
  if (!now || !then || (now.sql ?? now.python) !== (then.sql ?? then.python)) return undefined;
  // With other limits the rows may well differ, which says nothing about the statement.
  if (now.limits?.max_rows !== then.limits?.max_rows) return undefined;
  if (run.asked?.dataset.version !== earlier.asked?.dataset.version) return undefined;
  const [a, b] = [resultOf(run), resultOf(earlier)];
  if (!a || !b) return undefined;
  const same = a.row_count === b.row_count && JSON.stringify(a.preview) === JSON.stringify(b.preview);
  return same ? "same" : "different";
}
