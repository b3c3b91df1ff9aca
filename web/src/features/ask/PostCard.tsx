import { useKnownRun } from "../../lib/hooks";
import { text } from "../../text";
import PostFault from "./PostFault";
import { AskedAt, Question } from "./Question";
import { StageLine } from "./StageLine";
import type { Post } from "./usePosts";

/** A question from the moment it was sent until the page of its run takes over, or the server did not take it. */
export function PostCard({ post, onAgain }: { post: Post; onAgain: () => void }) {
  const { run } = useKnownRun(post.runId ?? "");
  return (
    <>
      <Question asked={<AskedAt at={run.askedAt} />}>{post.title}</Question>
      {post.fault ? (
        <PostFault post={post} fault={post.fault} onAgain={onAgain} />
      ) : (
        <article aria-label={post.title} aria-busy className="rise rounded-lg border border-line bg-surface">
          <StageLine run={run} startedAt={post.startedAt} />
          <div aria-label={text.loading} className="min-h-20" />
        </article>
      )}
    </>
  );
}
