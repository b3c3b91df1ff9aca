import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { memo, useCallback, useDeferredValue, useEffect, useState } from "react";
import { api } from "../../lib/api";
import { formatAgo } from "../../lib/format";
import { useNow, usePartOfRun, useRunStore } from "../../lib/hooks";
import { threadOf } from "../../lib/live";
import type { Thread } from "../../lib/protocol";
import { hearTabs, tellTabs } from "../../lib/tabs";
import { Button } from "../../ui/Button";
import { StatusIcon } from "../../ui/Status";
import { threadsText as T } from "../../text/threads";
import { lookAgain, mayLabel, statusOf } from "./threads";
import { Removed, ThreadMenu } from "./ThreadMenu";

const PAGE = 30;

/** The conversations, those with the newest question first. */
export default function ThreadList({ onPick }: { onPick: () => void }) {
  const [search, setSearch] = useState("");
  const q = useDeferredValue(search.trim());
  const client = useQueryClient();
  const store = useRunStore();
  const session = useQuery({ queryKey: ["session"], queryFn: api.session, staleTime: Infinity });
  const list = useInfiniteQuery({
    queryKey: ["threads", q],
    queryFn: ({ pageParam }) => api.threads({ q, cursor: pageParam, limit: PAGE }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor || undefined,
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => lookAgain(state.data?.pages.flatMap((page) => page.threads) ?? []),
    // Whatever was asked elsewhere while this page was out of sight.
    refetchOnWindowFocus: "always",
  });
  useEffect(() => {
    const changed = () => void client.invalidateQueries({ queryKey: ["threads"] });
    const stopRuns = store.onFinished(() => {
      changed();
      tellTabs();
    });
    const stopTabs = hearTabs(() => {
      changed();
      void client.invalidateQueries({ queryKey: ["thread"] });
    });
    return () => {
      stopRuns();
      stopTabs();
    };
  }, [store, client]);
  const { runId } = useParams({ strict: false });
  const open = usePartOfRun(runId, threadOf);
  const [removed, setRemoved] = useState<Thread>();
  const navigate = useNavigate();
  const threads = list.data?.pages.flatMap((page) => page.threads) ?? [];
  const now = useNow(60_000);
  const onRemoved = useCallback(
    (thread: Thread, current: boolean) => {
      setRemoved(thread);
      if (current) void navigate({ to: "/" });
    },
    [navigate],
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2">
      <div className="relative mx-3">
        <Search size={14} aria-hidden className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
        <input
          type="search"
          aria-label={T.search}
          placeholder={T.search}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          className="control w-full rounded-md border border-line bg-surface pr-2 pl-8 text-sm placeholder:text-ink-3"
        />
      </div>
      <nav aria-label={T.list} className="min-h-0 flex-1 overflow-y-auto px-3 pb-3">
        <ul className="space-y-px">
          {threads.map((thread) => (
            <li key={thread.thread_id}>
              <Item
                thread={thread}
                now={now}
                current={thread.thread_id === open}
                changeable={mayLabel(thread, session.data)}
                onPick={onPick}
                onRemoved={onRemoved}
              />
            </li>
          ))}
        </ul>
        {list.isSuccess && threads.length === 0 && (
          <p className="px-2 py-3 text-sm text-ink-3">{q ? T.noneFound : T.none}</p>
        )}
        {list.isError && threads.length === 0 && <p className="px-2 py-3 text-sm text-ink-3">{T.failed}</p>}
        {list.hasNextPage && (
          <Button
            kind="quiet"
            className="mt-1 w-full"
            isDisabled={list.isFetchingNextPage}
            onPress={() => void list.fetchNextPage()}
          >
            {T.more}
          </Button>
        )}
      </nav>
      <Removed thread={removed} onDone={() => setRemoved(undefined)} />
    </div>
  );
}

interface ItemProps {
  thread: Thread;
  now: number;
  current: boolean;
  changeable: boolean;
  onPick: () => void;
  onRemoved: (thread: Thread, current: boolean) => void;
}

/** Renders by itself: the list is renewed several times while one run is under way. */
const Item = memo(function Item({ thread, now, current, changeable, onPick, onRemoved }: ItemProps) {
  // The page may have seen the run end before the list is asked for again.
  const status = usePartOfRun(thread.last_run_id, ({ run }) => statusOf(thread, run));
  const title = thread.title || T.untitled;
  return (
    <div
      className={`group relative flex items-start rounded-md text-sm hover:bg-sunken focus-within:bg-sunken ${current ? "bg-sunken" : ""}`}
    >
      <Link
        to="/runs/$runId"
        params={{ runId: thread.last_run_id }}
        onClick={onPick}
        title={title}
        aria-current={current ? "page" : undefined}
        className={`flex min-w-0 flex-1 items-start gap-2 rounded-md px-2 py-1.5 -outline-offset-2 hover:text-ink ${current ? "text-ink" : "text-ink-2"}`}
      >
        <span className="mt-0.5">
          <StatusIcon status={status} />
        </span>
        <span className="min-w-0 flex-1">
          <span className="line-clamp-2 leading-snug [overflow-wrap:anywhere]">{title}</span>
          <span className="text-xs text-ink-3">
            {formatAgo(thread.last_at, now)}
            {thread.runs > 1 && ` · ${T.runs(thread.runs)}`}
          </span>
        </span>
      </Link>
      {changeable && <ThreadMenu thread={thread} onRemoved={() => onRemoved(thread, current)} />}
    </div>
  );
});
