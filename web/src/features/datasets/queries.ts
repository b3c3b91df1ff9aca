import { useQuery, type QueryClient } from "@tanstack/react-query";
import { api } from "../../lib/api";
import type { Dataset } from "../../lib/protocol";
import { recall, remember } from "../../lib/storage";

const KEY = ["datasets"];

/** While something is being prepared the list is asked for often; a stream would cost a connection. */
const BUSY_MS = 1500;

export const isBusy = (dataset: Pick<Dataset, "state">): boolean =>
  dataset.state === "preparing" || dataset.state === "registered";

export function useDatasets() {
  return useQuery({
    queryKey: KEY,
    queryFn: api.datasets,
    refetchInterval: (query) => (query.state.data?.some(isBusy) ? BUSY_MS : false),
  });
}

export const refreshDatasets = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ queryKey: KEY });

/** The dataset to start with: the last one used, else the first that can be asked, else any. */
export function firstChoice(datasets: Dataset[]): Dataset | undefined {
  const last = recall("dataset");
  return (
    datasets.find((dataset) => dataset.id === last) ??
    datasets.find((dataset) => dataset.state === "ready") ??
    datasets[0]
  );
}

export const rememberChoice = (id: string): void => remember("dataset", id);

/** The tables and columns of a dataset, once they are wanted. */
export function useSchema(id: string | undefined, version: string | undefined) {
  return useQuery({
    queryKey: ["schema", id, version],
    queryFn: () => api.schema(id ?? ""),
    enabled: id !== undefined && version !== undefined,
    staleTime: Infinity,
  });
}
