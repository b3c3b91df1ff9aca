import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api } from "../../lib/api";
import { address, get, refusal, unreachable } from "../../lib/http";
import { parseExact } from "../../lib/json";
import type { Capsule } from "../../lib/protocol";
import { actQuery, runQuery, type Filter } from "./filter";

const PAGE = 50;

/** The runs of a filter, page by page. */
export const useRuns = (filter: Filter, enabled: boolean) =>
  useInfiniteQuery({
    queryKey: ["runs", "audit", runQuery(filter)],
    queryFn: ({ pageParam }) =>
      get("/api/v1/runs", { query: { ...runQuery(filter), deleted: true, cursor: pageParam, limit: PAGE } }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor || undefined,
    placeholderData: (before) => before,
    enabled,
  });

export const useCounts = (filter: Filter, enabled: boolean) =>
  useQuery({
    queryKey: ["runs", "counts", runQuery(filter)],
    queryFn: () => get("/api/v1/audit/counts", { query: runQuery(filter) }),
    placeholderData: (before) => before,
    enabled,
  });

/** Who has asked, and about what: what the filters offer. */
export const useNames = () =>
  useQuery({ queryKey: ["runs", "names"], queryFn: () => get("/api/v1/audit/names") });

export const useActs = (filter: Filter, enabled: boolean) =>
  useInfiniteQuery({
    queryKey: ["acts", actQuery(filter)],
    queryFn: ({ pageParam }) =>
      get("/api/v1/acts", { query: { ...actQuery(filter), cursor: pageParam, limit: PAGE } }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor || undefined,
    placeholderData: (before) => before,
    enabled,
  });

/** Whether this person may export, check many runs and see what people did. */
export function useIsAdmin(): boolean | undefined {
  const session = useQuery({ queryKey: ["session"], queryFn: api.session, staleTime: Infinity });
  return session.data && session.data.role === "admin";
}

/** A capsule as it was downloaded: the text is what is hashed and shown. */
export interface StoredRun {
  text: string;
  capsule: Capsule;
}

export async function loadRun(id: string): Promise<StoredRun> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(address("/api/v1/runs/{id}", { id }), { headers: { Accept: "application/json" } });
    text = await response.text();
  } catch {
    throw unreachable();
  }
  if (!response.ok) throw refusal(response.status, text);
  return { text, capsule: parseExact(text) as Capsule };
}

/** Links of the exports. */
export const exportOf = {
  runs: (filter: Filter, format: "csv" | "jsonl") =>
    address("/api/v1/audit/runs", {}, { ...runQuery(filter), format }),
  events: (filter: Filter) => address("/api/v1/audit/events", {}, eventTimes(filter)),
  capsules: (filter: Filter) => address("/api/v1/audit/capsules", {}, eventTimes(filter)),
  acts: (filter: Filter) => address("/api/v1/audit/acts", {}, eventTimes(filter)),
};

const eventTimes = (filter: Filter) => {
  const { from, to } = runQuery(filter);
  return { from, to };
};
