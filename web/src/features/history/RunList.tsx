import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useDeferredValue, useEffect, useState } from "react";
import { api } from "../../lib/api";
import { formatAgo } from "../../lib/format";
import { useKnownRun, useNow, useRunStore } from "../../lib/hooks";
import type { RunSummary } from "../../lib/protocol";
import { Button } from "../../ui/Button";
import { StatusIcon } from "../../ui/Status";
import { text } from "../../text";

const PAGE = 30;

/** The questions asked so far, newest first. */
export function RunList({ onPick }: { onPick: () => void }) {
  const [search, setSearch] = useState("");
  const q = useDeferredValue(search.trim());
  const client = useQueryClient();
  const store = useRunStore();
  const list = useInfiniteQuery({
    queryKey: ["runs", q],
    queryFn: ({ pageParam }) => api.runs({ q, cursor: pageParam, limit: PAGE }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor || undefined,
    placeholderData: (before) => before,
  });
  useEffect(
    () => store.onFinished(() => void client.invalidateQueries({ queryKey: ["runs"] })),
    [store, client],
  );
  const runs = list.data?.pages.flatMap((page) => page.runs) ?? [];
  const now = useNow(60_000);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2">
      <div className="relative mx-3">
        <Search size={14} aria-hidden className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
        <input
          type="search"
          aria-label={text.nav.search}
          placeholder={text.nav.search}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          className="control w-full rounded-md border border-line bg-surface pr-2 pl-8 text-sm placeholder:text-ink-3"
        />
      </div>
      <nav aria-label={text.nav.recent} className="min-h-0 flex-1 overflow-y-auto px-3 pb-3">
        <ul className="space-y-px">
          {runs.map((run) => (
            <li key={run.run_id}>
              <Item run={run} now={now} onPick={onPick} />
            </li>
          ))}
        </ul>
        {list.isSuccess && runs.length === 0 && (
          <p className="px-2 py-3 text-sm text-ink-3">{q ? text.nav.noneFound : text.nav.none}</p>
        )}
        {list.isError && runs.length === 0 && (
          <p className="px-2 py-3 text-sm text-ink-3">{text.nav.failed}</p>
        )}
        {list.hasNextPage && (
          <Button
            kind="quiet"
            className="mt-1 w-full"
            isDisabled={list.isFetchingNextPage}
            onPress={() => void list.fetchNextPage()}
          >
            {text.nav.more}
          </Button>
        )}
      </nav>
    </div>
  );
}

function Item({ run, now, onPick }: { run: RunSummary; now: number; onPick: () => void }) {
  // The page may have seen the run end before the list is asked for again.
  const { run: known } = useKnownRun(run.run_id);
  const title = run.question || run.sentence || run.text || text.nav.untitled;
  return (
    <Link
      to="/runs/$runId"
      params={{ runId: run.run_id }}
      onClick={onPick}
      title={title}
      className="flex items-start gap-2 rounded-md px-2 py-1.5 text-sm text-ink-2 -outline-offset-2 hover:bg-sunken hover:text-ink [&.active]:bg-sunken [&.active]:text-ink"
    >
      <span className="mt-0.5">
        <StatusIcon status={known.lastSeq > 0 ? known.status : run.status} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="line-clamp-2 leading-snug">{title}</span>
        <span className="text-xs text-ink-3">{formatAgo(run.asked_at, now)}</span>
      </span>
    </Link>
  );
}
