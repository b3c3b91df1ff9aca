import { useNavigate, useSearch } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { useCallback, useMemo } from "react";
import { faultOf } from "../../lib/http";
import { auditText } from "../../text/audit";
import { Button } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { Page, PageLoading } from "../../ui/Page";
import { Segmented } from "../../ui/Segmented";
import { ActTable } from "./ActTable";
import { CheckPanel } from "./CheckPanel";
import { ExportMenu } from "./ExportMenu";
import { isNarrowed, readFilter, withFilter, type Filter } from "./filter";
import { Filters, StatusBar, type Change } from "./Filters";
import { useActs, useCounts, useIsAdmin, useNames, useRuns } from "./queries";
import { RunTable } from "./RunTable";
import { useRunCheck } from "./useRunCheck";

/** Every run there was, and what people did besides. */
export default function AuditPage() {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const filter = useMemo(() => readFilter(search), [search]);
  const admin = useIsAdmin();
  const acts = filter.view === "acts" && admin !== false;
  const names = useNames();
  const counts = useCounts(filter, !acts);
  const { check, start, stop, close } = useRunCheck();
  const change = useCallback<Change>(
    (part) => void navigate({ to: "/audit", search: () => withFilter(filter, part) as never }),
    [navigate, filter],
  );
  const total = counts.data?.total;
  return (
    <Page
      wide
      title={auditText.title}
      docTitle={auditText.docTitle}
      actions={
        admin && (
          <>
            {!acts && total !== undefined && total > 0 && (
              <Button
                className="max-sm:hidden"
                isDisabled={check?.state === "going"}
                onPress={() => start(filter)}
              >
                <ShieldCheck size={14} aria-hidden />
                {auditText.check.start(Math.min(total, 10_000))}
              </Button>
            )}
            <ExportMenu filter={filter} />
          </>
        )
      }
    >
      {admin && (
        <Segmented
          label={auditText.views.label}
          value={acts ? "acts" : "runs"}
          options={[
            { id: "runs", label: auditText.views.runs },
            { id: "acts", label: auditText.views.acts },
          ]}
          onChange={(view) => change({ view: view === "acts" ? "acts" : "", status: "" })}
        />
      )}
      <Filters
        filter={filter}
        people={names.data?.people ?? []}
        datasets={names.data?.datasets ?? []}
        onChange={change}
      />
      {check && <CheckPanel check={check} onStop={stop} onClose={close} />}
      {acts ? (
        <Acts filter={filter} />
      ) : (
        <>
          <StatusBar
            value={filter.status}
            counts={counts.data?.by_status}
            onChange={(status) => change({ status })}
          />
          <Runs filter={filter} total={total} />
        </>
      )}
    </Page>
  );
}

function Runs({ filter, total }: { filter: Filter; total: number | undefined }) {
  const list = useRuns(filter, true);
  const runs = list.data?.pages.flatMap((page) => page.runs) ?? [];
  const narrowed = isNarrowed(filter);
  if (list.isPending) return <PageLoading />;
  if (list.isError && runs.length === 0)
    return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  if (runs.length === 0)
    return (
      <Notice
        live
        tone="neutral"
        title={narrowed ? auditText.noneFound : auditText.none}
        hint={narrowed ? undefined : auditText.noneHint}
      />
    );
  return (
    <div className="space-y-3">
      <RunTable runs={runs} busy={list.isFetching} />
      <More
        shown={auditText.shown(runs.length, total)}
        more={list.hasNextPage}
        busy={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </div>
  );
}

function Acts({ filter }: { filter: Filter }) {
  const list = useActs(filter, true);
  const acts = list.data?.pages.flatMap((page) => page.acts) ?? [];
  const narrowed = isNarrowed(filter);
  if (list.isPending) return <PageLoading />;
  if (list.isError && acts.length === 0)
    return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  if (acts.length === 0)
    return (
      <Notice
        live
        tone="neutral"
        title={narrowed ? auditText.noActsFound : auditText.noActs}
        hint={narrowed ? undefined : auditText.noActsHint}
      />
    );
  return (
    <div className="space-y-3">
      <ActTable acts={acts} busy={list.isFetching} />
      <More
        shown={auditText.shownActs(acts.length)}
        more={list.hasNextPage}
        busy={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </div>
  );
}

function More({
  shown,
  more,
  busy,
  onMore,
}: {
  shown: string;
  more: boolean;
  busy: boolean;
  onMore: () => void;
}) {
  return (
    <div className="flex flex-wrap items-center gap-3 text-sm text-ink-2">
      <span role="status" className="num">
        {shown}
      </span>
      {more && (
        <Button isPending={busy} onPress={onMore}>
          {auditText.older}
        </Button>
      )}
    </div>
  );
}

function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const fault = faultOf(error);
  return (
    <Notice tone="bad" title={fault.message || auditText.failed} hint={fault.hint}>
      <Button onPress={onRetry}>{auditText.tryAgain}</Button>
    </Notice>
  );
}
