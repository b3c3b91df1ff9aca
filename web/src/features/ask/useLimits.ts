import { useQuery } from "@tanstack/react-query";
import { api } from "../../lib/api";
import type { PolicyLimits } from "../../lib/protocol";

/** The limits in force and the languages that are accepted; undefined until they are known. */
export function useLimits(): PolicyLimits | undefined {
  return useQuery({ queryKey: ["limits"], queryFn: api.limits, staleTime: Infinity }).data;
}
