import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { components } from "../../api";
import { ApiError, get, patch, post, remove } from "../../lib/http";
import { refreshDatasets } from "../datasets/queries";

type Schemas = components["schemas"];
export type DatasetDetail = Schemas["Dataset"];
export type Table = Schemas["Table"];
export type TableColumn = Schemas["Column"];
export type Histogram = Schemas["Histogram"];
export type Curation = Schemas["Curation"];
export type Relation = Schemas["CuratedRelation"];
export type Change = Omit<Schemas["CurationChange"], "revision">;
export type Verdict = Schemas["RelationVerdict"]["verdict"];
export type Version = Schemas["DatasetVersion"];
export type Found = Schemas["DatasetSummary"];

const BUSY_MS = 1500;
const busy = (state?: string) => state === "registered" || state === "preparing";

/** The datasets in which something has every word of the query. */
export const useSearch = (query: string) =>
  useQuery({
    queryKey: ["datasets", "search", query],
    queryFn: async (): Promise<Found[]> => (await get("/api/v1/datasets", { query: { q: query } })).datasets,
    refetchInterval: (q) => (q.state.data?.some((one) => busy(one.state)) ? BUSY_MS : false),
    placeholderData: (before) => before,
  });

/** A dataset: its current version, or the one named. */
export const useDataset = (id: string, version?: string) =>
  useQuery({
    queryKey: ["dataset", id, version ?? ""],
    queryFn: (): Promise<DatasetDetail> =>
      version
        ? get("/api/v1/datasets/{id}/versions/{version}", { path: { id, version } })
        : get("/api/v1/datasets/{id}", { path: { id } }),
    refetchInterval: (query) => (busy(query.state.data?.state) ? BUSY_MS : false),
  });

/** What people said about a dataset, asked for again when it has another version or gets ready. */
export const useCuration = (id: string, of: string) =>
  useQuery({
    queryKey: ["curation", id, of],
    queryFn: (): Promise<Curation> => get("/api/v1/datasets/{id}/curation", { path: { id } }),
    enabled: of !== "",
  });

export const useVersions = (id: string, of: string) =>
  useQuery({
    queryKey: ["versions", id, of],
    queryFn: async (): Promise<Version[]> =>
      (await get("/api/v1/datasets/{id}/versions", { path: { id } })).versions,
  });

/** Everything that shows something of one dataset is loaded again. */
export function useRefresh(id: string): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      ...["dataset", "curation", "versions", "schema"].map((key) =>
        client.invalidateQueries({ queryKey: [key, id] }),
      ),
      refreshDatasets(client),
    ]);
  };
}

/** Says something about a dataset, on the revision that is shown. A refusal shows what is said now. */
export function useChange(id: string, revision: number): (change: Change) => Promise<void> {
  const refresh = useRefresh(id);
  const mutation = useMutation({
    mutationFn: (change: Change) =>
      patch("/api/v1/datasets/{id}/curation", { path: { id }, body: { revision, ...change } }),
  });
  return async (change) => {
    try {
      await mutation.mutateAsync(change);
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) await refresh();
      throw error;
    }
    await refresh();
  };
}

export const restore = (id: string, version: string, current: string) =>
  post("/api/v1/datasets/{id}/versions/{version}/restore", { path: { id, version }, body: { current } });

export const removeVersion = (id: string, version: string) =>
  remove("/api/v1/datasets/{id}/versions/{version}", { path: { id, version } });

export const removeDataset = (id: string) => remove("/api/v1/datasets/{id}", { path: { id } });
