import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../lib/api";
import { auditText } from "../../text/audit";
import { Notice } from "../../ui/Notice";
import { Page, PageLoading } from "../../ui/Page";

/** Every run there was. */
export default function AuditPage() {
  const list = useQuery({ queryKey: ["runs", "audit"], queryFn: () => api.runs({ q: "", limit: 50 }) });
  return (
    <Page wide title={auditText.title} docTitle={auditText.docTitle}>
      {list.isPending && <PageLoading />}
      {list.isError && <Notice tone="bad" title={auditText.failed} />}
      {list.data?.runs.length === 0 && <Notice tone="neutral" title={auditText.none} />}
      <ul aria-label={auditText.runs} className="space-y-1">
        {list.data?.runs.map((run) => (
          <li key={run.run_id}>
            <Link to="/audit/$runId" params={{ runId: run.run_id }} className="block py-1 text-sm underline">
              {run.question || run.sentence || run.run_id}
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}
