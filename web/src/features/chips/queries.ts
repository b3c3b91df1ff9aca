import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { get, post } from "../../lib/http";
import type { Menu, MenuColumn, PlanEdit } from "./draft";

/** What editing a plan needs to know of it. */
export interface EditedPlan {
  runId: string;
  datasetId: string;
  plan: Menu["plan"];
  asOf?: string;
}

const body = (of: EditedPlan) => ({
  dataset_id: of.datasetId,
  plan: of.plan,
  ...(of.asOf ? { as_of: of.asOf } : {}),
});

/** The chips of a run's plan with what they may become. The plan of a run never changes. */
export const menuQuery = (of: EditedPlan) =>
  queryOptions({
    queryKey: ["plan-menu", of.runId],
    queryFn: () => post("/api/v1/plans/edits", { body: body(of) }),
    staleTime: 60_000,
  });

/** What an edit would make of the plan, asked when the fields have been still for a moment. */
export function usePreview(of: EditedPlan, edit: PlanEdit | undefined) {
  const settled = useSettled(edit === undefined ? undefined : JSON.stringify(edit), 120);
  const preview = useQuery({
    queryKey: ["plan-preview", of.runId, settled],
    queryFn: () =>
      post("/api/v1/plans/preview", { body: { ...body(of), edit: JSON.parse(settled ?? "") as PlanEdit } }),
    enabled: settled !== undefined && edit !== undefined,
    retry: false,
    staleTime: 60_000,
  });
  const current = edit !== undefined && settled === JSON.stringify(edit);
  return { ...preview, current };
}

/** Values of a column that the catalogue knows and that hold the text. */
export function useValues(datasetId: string, column: MenuColumn | undefined, text: string) {
  const q = useSettled(text.trim(), 120);
  return useQuery({
    queryKey: ["values", datasetId, column?.table, column?.name, q],
    queryFn: () =>
      get("/api/v1/datasets/{id}/values", {
        path: { id: datasetId },
        query: { table: column?.table ?? "", column: column?.name ?? "", q, limit: 50 },
      }),
    enabled: column?.values === true,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

/** A value once it has not changed for some milliseconds. */
function useSettled<V>(value: V, ms: number): V {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
