import { address, ApiError, get, patch, post, remove } from "./http";
import type {
  Begun,
  Dataset,
  ReadOptions,
  RunRequest,
  Upload,
  UploadRequest,
  VerifiedAnswer,
  VerifyRequest,
} from "./protocol";

/** 128 random bits. crypto.randomUUID exists only on secure origins, and Leo may be served over plain HTTP. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What the page asks of the server. */
export const api = {
  datasets: async (): Promise<Dataset[]> => (await get("/api/v1/datasets")).datasets,

  schema: (id: string) => get("/api/v1/datasets/{id}/schema", { path: { id } }),

  prepare: (id: string) => post("/api/v1/datasets/{id}/prepare", { path: { id } }),

  /** Prepares again, with the files read as said for each table. */
  reread: (id: string, options: Record<string, ReadOptions>): Promise<Dataset> =>
    post("/api/v1/datasets/{id}/prepare", { path: { id }, body: { options } }),

  report: (id: string) => get("/api/v1/datasets/{id}/report", { path: { id } }),

  uploads: async (): Promise<Upload[]> => (await get("/api/v1/uploads")).uploads,

  beginUpload: (body: UploadRequest): Promise<Upload> => post("/api/v1/uploads", { body }),

  completeUpload: (id: string): Promise<Dataset> => post("/api/v1/uploads/{id}/complete", { path: { id } }),

  cancelUpload: (id: string) => remove("/api/v1/uploads/{id}", { path: { id } }),

  dropUploadFile: (id: string, file: string) =>
    remove("/api/v1/uploads/{id}/files/{file}", { path: { id, file } }),

  /** Where the pieces of a file go. */
  uploadFileUrl: (id: string, file: string) => address("/api/v1/uploads/{id}/files/{file}", { id, file }),

  /** Asks. The key makes a second try find the run of the first, so one that got no answer is safe to repeat. */
  ask: async (body: RunRequest): Promise<Begun> => {
    const call = { body, header: { "Idempotency-Key": randomKey() } };
    return post("/api/v1/runs", call).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 0) return post("/api/v1/runs", call);
      throw error;
    });
  },

  run: (id: string) => get("/api/v1/runs/{id}", { path: { id } }),

  runs: (query: { cursor?: string; thread_id?: string; q?: string; limit?: number }) =>
    get("/api/v1/runs", { query }),

  threads: (query: { cursor?: string; q?: string; limit?: number }) => get("/api/v1/threads", { query }),

  /** Renames a conversation, deletes it or brings it back. */
  labelThread: (id: string, body: { title?: string; deleted?: boolean }) =>
    patch("/api/v1/threads/{id}", { path: { id }, body }),

  /** What a new question of a conversation may refer to. */
  thread: (id: string) => get("/api/v1/threads/{id}", { path: { id } }),

  resetThread: (id: string): Promise<Begun> => post("/api/v1/threads/{id}/reset", { path: { id } }),

  forgetName: (id: string, name: string): Promise<Begun> =>
    remove("/api/v1/threads/{id}/names/{name}", { path: { id, name } }),

  cancel: (id: string) => post("/api/v1/runs/{id}/cancel", { path: { id } }),

  reproduce: (id: string) => post("/api/v1/runs/{id}/reproduce", { path: { id } }),

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

  result: (id: string) => get("/api/v1/runs/{id}/result.json", { path: { id } }),

  limits: () => get("/api/v1/limits"),

  session: () => get("/api/v1/session"),

  signOut: () => remove("/api/v1/session"),

  signIn: (token: string) => post("/api/v1/session", { body: { token } }),
};

/** Addresses for links, uploads and the event stream. */
export const urls = {
  events: (id: string) => address("/api/v1/runs/{id}/events", { id }),
  result: (id: string, format: "csv" | "json" | "parquet") =>
    address(`/api/v1/runs/{id}/result.${format}`, { id }),
  capsule: (id: string) => address("/api/v1/runs/{id}", { id }),
  upload: address("/api/v1/datasets"),
  /** Every test case, one a line, as leo eval reads them. */
  suite: "/api/v1/test-cases?format=suite",
};
