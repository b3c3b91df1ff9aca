import { address, ApiError, get, patch, post, remove } from "./http";
import type { Begun, Dataset, RunRequest } from "./protocol";

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
