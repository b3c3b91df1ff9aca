import { useQuery, type QueryClient } from "@tanstack/react-query";
import { api } from "../../lib/api";
import { usePartOfRun, useWatch } from "../../lib/hooks";
import { threadOf } from "../../lib/live";

const key = (thread: string | undefined) => ["thread", thread];

/** Puts a run that was just accepted at the end of its thread. */
export function joinThread(client: QueryClient, thread: string, run: string): void {
  client.setQueryData<string[]>(key(thread), (before = []) =>
    before.includes(run) ? before : [...before, run],
  );
}

/** The runs of the thread a run belongs to, oldest first; at least the run itself. */
export function useThread(runId: string | undefined): { ids: string[]; threadId?: string } {
  useWatch(runId);
  const threadId = usePartOfRun(runId, threadOf);
  const runs = useQuery({
    queryKey: key(threadId),
    enabled: runId !== undefined && threadId !== undefined,
    staleTime: Infinity,
    // Another tab may have asked more meanwhile.
    refetchOnWindowFocus: "always",
    queryFn: async ({ client, queryKey }) => {
      const { runs: found } = await api.runs({ thread_id: threadId, limit: 100 });
      const listed = [...found].sort((a, b) => a.asked_at.localeCompare(b.asked_at)).map((run) => run.run_id);
      const known = client.getQueryData<string[]>(queryKey) ?? [];
      return [...listed, ...known.filter((id) => !listed.includes(id))];
    },
  });
  if (runId === undefined) return { ids: [] };
  const ids = runs.data ?? [];
  return { ids: ids.includes(runId) ? ids : [...ids, runId], threadId };
}
