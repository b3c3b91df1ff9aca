import { Link } from "@tanstack/react-router";
import type { components } from "../../api";
import { formatMoment } from "../../lib/format";
import { auditText } from "../../text/audit";

const T = auditText.table;
const HEAD = "px-3 py-2 text-left text-xs font-semibold whitespace-nowrap text-ink-2";
const CELL = "px-3 py-2 align-top max-md:p-0";

export type Act = components["schemas"]["Act"];

/** What people did that is no run, with the thing as it was then. */
export function ActTable({ acts, busy }: { acts: Act[]; busy: boolean }) {
  return (
    <div className="overflow-x-auto rounded-md border border-line bg-surface">
      <table aria-label={T.acts} aria-busy={busy} className="w-full text-sm max-md:block">
        <thead className="border-b border-line bg-sunken max-md:sr-only">
          <tr>
            {[T.actTime, T.person, T.what, T.target, T.detail].map((name) => (
              <th key={name} scope="col" className={HEAD}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="max-md:block">
          {acts.map((act) => (
            <tr
              key={act.id}
              className="border-b border-line last:border-0 max-md:flex max-md:flex-wrap max-md:items-center max-md:gap-x-3 max-md:gap-y-1 max-md:p-3"
            >
              <td className={`${CELL} num whitespace-nowrap text-ink-2 max-md:text-xs`}>
                {formatMoment(act.time)}
              </td>
              <td className={`${CELL} max-w-40 truncate`} title={act.user}>
                {act.user}
              </td>
              <td className={`${CELL} max-md:order-first max-md:w-full max-md:font-medium`}>
                {auditText.acts[act.kind] ?? act.kind}
              </td>
              <td className={`${CELL} max-w-64 font-mono text-xs [overflow-wrap:anywhere]`}>
                {act.target}
                {act.run_id && act.run_id !== act.target && (
                  <Link
                    to="/audit/$runId"
                    params={{ runId: act.run_id }}
                    className="mt-1 block py-1 font-sans text-sm text-accent underline underline-offset-2"
                  >
                    {auditText.openRun}
                  </Link>
                )}
              </td>
              <td className={`${CELL} max-md:w-full`}>
                {act.detail != null && Object.keys(act.detail).length > 0 && (
                  <details className="max-w-[60ch] max-md:max-w-full">
                    <summary className="cursor-pointer py-1 text-accent">{T.detail}</summary>
                    <pre
                      className="mt-1 max-h-64 overflow-auto rounded-md bg-sunken p-2 font-mono text-xs break-words whitespace-pre-wrap"
                      tabIndex={0}
                    >
                      {JSON.stringify(act.detail, null, 2)}
                    </pre>
                  </details>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
