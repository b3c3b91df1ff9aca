import { address, get, post, remove } from "../../lib/http";
import type { Dataset, ReadOptions, Upload, UploadRequest } from "../../lib/protocol";

/** What uploads ask of the server. */
export const uploadApi = {
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
};
