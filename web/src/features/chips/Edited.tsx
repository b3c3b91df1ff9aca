import { Link } from "@tanstack/react-router";
import { PencilLine, Undo2 } from "lucide-react";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { useRunStore } from "../../lib/hooks";
import type { Planned } from "../../lib/protocol";
import { planOf } from "../../lib/run";
import { chipText as T } from "../../text/chips";
import { changeText, versions } from "./draft";

/** What a person changed of an earlier answer, and the way back to it. */
export function Edited({ id, edited }: { id: string; edited: Planned["edited"] }) {
  const chain = useVersions(id);
  if (!edited) return null;
  const changes = edited.changes ?? [];
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 rounded-md border border-line px-3 py-2 text-sm">
      <p className="flex min-w-0 flex-1 basis-64 items-start gap-2">
        <PencilLine size={14} aria-hidden className="mt-1 shrink-0 text-accent" />
        <span className="min-w-0 [overflow-wrap:anywhere]">
          <span className="font-medium">{T.changed}:</span> {changes.map(changeText).join("; ")}
        </span>
      </p>
      {chain.length > 2 && (
        // Not a landmark: a conversation has as many of these as edited answers.
        <div role="group" aria-label={T.versions} className="num flex items-center gap-0.5">
          {chain.toReversed().map((run, at) => (
            <Link
              key={run}
              to="/runs/$runId"
              params={{ runId: run }}
              aria-label={T.version(at + 1)}
              aria-current={run === id ? "true" : undefined}
              className={`flex size-6 items-center justify-center rounded-sm text-xs ${run === id ? "bg-accent-soft font-semibold text-accent" : "text-ink-2 hover:bg-sunken"}`}
            >
              {at + 1}
            </Link>
          ))}
        </div>
      )}
      <Link
        to="/runs/$runId"
        params={{ runId: edited.run_id }}
        className="inline-flex min-h-6 items-center gap-1.5 text-accent underline underline-offset-2"
      >
        <Undo2 size={14} aria-hidden />
        {T.earlier}
      </Link>
    </div>
  );
}

/** The run and those it was edited from, the newest first. Earlier ones are loaded as they become known. */
function useVersions(id: string): string[] {
  const store = useRunStore();
  const chain = useCallback(
    () => versions(id, (run) => planOf(store.get(run).run)?.edited?.run_id),
    [id, store],
  );
  // A version that becomes known may name one before it, which is to be watched too.
  const watched = chain().join(" ");
  const key = useSyncExternalStore(
    useCallback(
      (changed) => {
        const stops = watched.split(" ").map((run) => store.subscribe(run, changed));
        return () => stops.forEach((stop) => stop());
      },
      [watched, store],
    ),
    useCallback(() => chain().join(" "), [chain]),
  );
  useEffect(() => {
    for (const run of key.split(" ")) void store.load(run);
  }, [key, store]);
  return key.split(" ");
}
