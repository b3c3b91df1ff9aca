import { get, post, remove } from "../../lib/http";
import type { VerifiedAnswer, VerifyRequest } from "../../lib/protocol";

/** What saved answers ask of the server. */
export const savedApi = {
  /** The verified answers of a dataset, stale ones too. */
  verified: async (datasetId?: string): Promise<VerifiedAnswer[]> =>
    (await get("/api/v1/verified", { query: { dataset_id: datasetId } })).verified,

  verify: (id: string, body: VerifyRequest): Promise<VerifiedAnswer> =>
    post("/api/v1/runs/{id}/verify", { path: { id }, body }),

  unverify: (id: string) => remove("/api/v1/verified/{id}", { path: { id } }),

  saveTestCase: (id: string, question?: string) =>
    post("/api/v1/runs/{id}/test-case", { path: { id }, body: question ? { question } : {} }),

  testCases: (query: { cursor?: string; limit?: number }) => get("/api/v1/test-cases", { query }),

  deleteTestCase: (id: string) => remove("/api/v1/test-cases/{id}", { path: { id } }),
};
