import { useMutation } from "@tanstack/react-query";
import { get } from "../../lib/http";
import { checkCapsule } from "../../lib/proof";
import { loadRun } from "./queries";
import { verdictOf } from "./verdict";

/** Checks a run: the browser hashes what it downloads anew, the server what it holds. */
export const useVerify = (id: string) =>
  useMutation({
    mutationFn: async () => {
      // The server first: what ends between the two requests is then no contradiction.
      const proof = await get("/api/v1/runs/{id}/proof", { path: { id } });
      const { text } = await loadRun(id);
      return verdictOf(checkCapsule(text), proof);
    },
  });
