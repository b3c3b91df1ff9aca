import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { flushSync } from "react-dom";
import { randomKey } from "../../lib/api";
import { begins } from "../../lib/draft";
import { drawn } from "../../lib/frame";
import { useRunStore } from "../../lib/hooks";
import { faultOf } from "../../lib/http";
import type { Begun, Fault } from "../../lib/protocol";
import { tellTabs } from "../../lib/tabs";
import type { Edit } from "./useComposer";
import { joinThread } from "./useThread";

/** A request that the server has not accepted yet, or did not accept. */
export interface Post {
  key: string;
  title: string;
  startedAt: number;
  runId?: string;
  fault?: Fault;
  /** The statement that was sent, if it was one: it is not lost when it is refused. */
  statement?: Edit;
  send: () => Promise<Begun>;
  /** The conversation whose box it was written in. */
  box?: string;
  /** Hears whether the server took it. */
  onEnd?: (taken: boolean) => void;
}

/** How long the page may wait for a run's first event before it goes to the run without one. */
const FIRST_EVENT_MS = 500;

/** Sends requests, shows them from the first moment, and opens the run each of them becomes. */
export function usePosts(conversation: string | undefined) {
  const [posts, setPosts] = useState<Post[]>([]);
  const client = useQueryClient();
  const store = useRunStore();
  const navigate = useNavigate();

  const change = useCallback(
    (key: string, part: Partial<Post>) =>
      setPosts((before) => before.map((post) => (post.key === key ? { ...post, ...part } : post))),
    [],
  );

  const deliver = useCallback(
    async (post: Post) => {
      try {
        const { run_id, thread_id, asked } = await post.send();
        store.follow(run_id, { title: post.title, threadId: thread_id, startedAt: post.startedAt }, asked);
        // Drawing the page of the run takes many times as long as the first event, which its card shows meanwhile:
        // it has to be in the document before the next frame is waited for.
        flushSync(() => change(post.key, { runId: run_id }));
        post.onEnd?.(true);
        begins(thread_id, post.box);
        await store.heard(run_id, FIRST_EVENT_MS);
        await drawn();
        joinThread(client, thread_id, run_id);
        await navigate({ to: "/runs/$runId", params: { runId: run_id } });
        for (const list of ["runs", "threads"]) void client.invalidateQueries({ queryKey: [list] });
        tellTabs();
        setPosts((before) => before.filter((other) => other.key !== post.key));
      } catch (error) {
        post.onEnd?.(false);
        change(post.key, { fault: faultOf(error) });
      }
    },
    [change, client, navigate, store],
  );

  const post = useCallback(
    (title: string, send: () => Promise<Begun>, more: Pick<Post, "onEnd" | "statement"> = {}) => {
      const made: Post = { key: randomKey(), title, startedAt: Date.now(), send, box: conversation, ...more };
      // A request that was refused has been read by now: the next one takes its place.
      setPosts((before) => [...before.filter((other) => other.fault === undefined), made]);
      void deliver(made);
    },
    [conversation, deliver],
  );

  const again = useCallback(
    (old: Post) => {
      const fresh = { ...old, startedAt: Date.now(), fault: undefined };
      change(old.key, fresh);
      void deliver(fresh);
    },
    [change, deliver],
  );

  const clear = useCallback(() => setPosts([]), []);
  return { posts, post, again, clear };
}
