import { Link } from "@tanstack/react-router";
import type { KeyboardEvent } from "react";
import { formatCount, formatMoment, formatMs, NO_VALUE } from "../../lib/format";
import type { RunSummary } from "../../lib/protocol";
import { auditText } from "../../text/audit";
import { StatusBadge } from "../../ui/Status";

const T = auditText.table;
const HEAD = "px-2 py-2 text-left text-xs font-semibold whitespace-nowrap text-ink-2";
const CELL = "px-2 py-2 align-top max-md:p-0";

/** Moves the focus between the rows' links: arrows by one, Home and End to the ends. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row]")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  links[Math.min(Math.max(to, 0), links.length - 1)]?.focus();
}

/** Runs as lines of a table; on a phone each is a block of its own. */
export function RunTable({ runs, busy }: { runs: RunSummary[]; busy: boolean }) {
  return (
    <div className="overflow-x-auto rounded-md border border-line bg-surface">
      <table aria-label={T.runs} aria-busy={busy} className="w-full text-sm max-md:block">
        <thead className="border-b border-line bg-sunken max-md:sr-only">
          <tr>
            {[T.time, T.person, T.dataset, T.question, auditText.status.label, T.road].map((name) => (
              <th key={name} scope="col" className={HEAD}>
                {name}
              </th>
            ))}
            {[T.took, T.rows].map((name) => (
              <th key={name} scope="col" className={`${HEAD} text-right`}>
                {name}
              </th>
            ))}
            <th scope="col" className={HEAD}>
              {T.cache}
            </th>
          </tr>
        </thead>
        <tbody className="max-md:block" onKeyDown={moveBetweenRows}>
          {runs.map((run) => (
            <Row key={run.run_id} run={run} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ run }: { run: RunSummary }) {
  const title = run.question || run.sentence || run.text || auditText.untitled;
  return (
    <tr className="border-b border-line last:border-0 hover:bg-sunken/60 max-md:flex max-md:flex-wrap max-md:items-center max-md:gap-x-3 max-md:gap-y-1 max-md:p-3">
      <td className={`${CELL} num whitespace-nowrap text-ink-2 max-md:text-xs`}>
        {formatMoment(run.asked_at)}
      </td>
      <td className={`${CELL} max-w-40 truncate max-md:text-xs`} title={run.user}>
        {run.user}
      </td>
      <td className={`${CELL} max-w-40 truncate max-md:text-xs`} title={run.dataset_id}>
        {run.dataset_id}
      </td>
      <td className={`${CELL} min-w-44 max-md:order-first max-md:w-full`}>
        <Link
          to="/audit/$runId"
          params={{ runId: run.run_id }}
          data-row
          className="line-clamp-2 py-0.5 text-accent underline-offset-2 [overflow-wrap:anywhere] hover:underline"
        >
          {title}
        </Link>
      </td>
      <td className={`${CELL} whitespace-nowrap`}>
        <StatusBadge status={run.status} />
        {run.error && <span className="mt-1 block font-mono text-xs text-ink-2">{run.error.code}</span>}
      </td>
      <td className={`${CELL} whitespace-nowrap text-ink-2 max-md:text-xs`}>
        {run.road ? (auditText.roads[run.road] ?? run.road) : NO_VALUE}
      </td>
      <td className={`${CELL} num text-right whitespace-nowrap max-md:text-xs`}>
        {run.ms === undefined ? NO_VALUE : formatMs(run.ms)}
      </td>
      <td className={`${CELL} num text-right max-md:text-xs`}>
        {run.row_count === undefined ? NO_VALUE : formatCount(run.row_count)}
        <span className="md:hidden"> {T.rows.toLowerCase()}</span>
      </td>
      <td className={`${CELL} text-ink-2 max-md:text-xs`}>
        {run.cache ? (auditText.cache[run.cache] ?? run.cache) : NO_VALUE}
      </td>
    </tr>
  );
}
