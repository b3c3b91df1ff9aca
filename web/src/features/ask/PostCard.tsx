import { emptyRun } from "../../lib/run";
import { text } from "../../text";
import { FaultNotice } from "./Outcome";
import { Question } from "./Question";
import { StageLine } from "./StageLine";
import type { Post } from "./usePosts";

/** A question from the moment it was sent until the server made a run of it, or did not. */
export function PostCard({ post, onAgain }: { post: Post; onAgain: () => void }) {
  return (
    <>
      <Question>{post.title}</Question>
      {post.fault ? (
        <FaultNotice tone="bad" fault={post.fault} question={post.title} onRetry={onAgain} />
      ) : (
        <article aria-label={post.title} aria-busy className="rise rounded-lg border border-line bg-surface">
          <StageLine run={emptyRun} startedAt={post.startedAt} />
          <div aria-label={text.loading} className="min-h-20" />
        </article>
      )}
    </>
  );
}
