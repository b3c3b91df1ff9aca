import { Suspense } from "react";
import { emptyRun } from "../../lib/run";
import { text } from "../../text";
import { Question } from "./Question";
import { StageLine } from "./StageLine";
import type { Post } from "./usePosts";
import { part } from "../../lib/part";

const FaultNotice = part(async () => ({ default: (await import("./Outcome")).FaultNotice }));

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

/** A question from the moment it was sent until the server made a run of it, or did not. */
export function PostCard({ post, onAgain }: { post: Post; onAgain: () => void }) {
  const kind = post.statement?.language ?? "question";
  return (
    <>
      <Question>{post.title}</Question>
      {post.fault ? (
        <Suspense>
          <FaultNotice
            tone={refused(post.fault.code) ? "rejected" : "bad"}
            fault={post.fault}
            stage="planning"
            kind={kind}
            question={kind === "question" ? post.title : undefined}
            statement={post.statement && { ...post.statement, fault: post.fault }}
            onRetry={onAgain}
          />
        </Suspense>
      ) : (
        <article aria-label={post.title} aria-busy className="rise rounded-lg border border-line bg-surface">
          <StageLine run={emptyRun} startedAt={post.startedAt} />
          <div aria-label={text.loading} className="min-h-20" />
        </article>
      )}
    </>
  );
}
