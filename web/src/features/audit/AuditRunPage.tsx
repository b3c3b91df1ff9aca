import { useParams } from "@tanstack/react-router";
import RunCard from "../ask/RunCard";
import { auditText } from "../../text/audit";
import { Page } from "../../ui/Page";

/** One run, as it was recorded. */
export default function AuditRunPage() {
  const { runId = "" } = useParams({ strict: false });
  return (
    <Page title={auditText.title} docTitle={auditText.docTitle}>
      <RunCard id={runId} latest={false} />
    </Page>
  );
}
