import type { Fault } from "../../lib/protocol";
import { FaultNotice } from "./Outcome";
import type { Post } from "./usePosts";

/** Whether a request was not allowed or not understood, and nothing broke. */
const refused = (code: string): boolean =>
  [
    "VALIDATION_ERROR",
    "FORBIDDEN",
    "RATE_LIMITED",
    "BUDGET_EXCEEDED",
    "FEATURE_DISABLED",
    "PAYLOAD_TOO_LARGE",
    "CONFLICT",
    "NOT_FOUND",
  ].includes(code);

/** Why the server did not take a request, and what to do next. */
export default function PostFault({
  post,
  fault,
  onAgain,
}: {
  post: Post;
  fault: Fault;
  onAgain: () => void;
}) {
  const kind = post.statement?.language ?? "question";
  return (
    <FaultNotice
      tone={refused(fault.code) ? "rejected" : "bad"}
      fault={fault}
      stage="planning"
      kind={kind}
      question={kind === "question" ? post.title : undefined}
      statement={post.statement && { ...post.statement, fault }}
      onRetry={onAgain}
    />
  );
}
