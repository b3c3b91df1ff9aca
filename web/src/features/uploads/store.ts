import { useSyncExternalStore } from "react";
import { uploadApi } from "./api";
import { ApiError, faultOf } from "../../lib/http";
import type { Dataset, Upload } from "../../lib/protocol";
import { fingerprint, type Chosen } from "./check";
import { backoffMs, mayPass } from "./pace";
import { rest, sendFile } from "./sender";
import { IDLE, isBusy, uploadReducer, type UploadEvent, type UploadState } from "./state";
import { uploadText as T } from "../../text/uploads";

export interface Target {
  title: string;
  addTo?: string;
}

/** The one upload of this page. It lives outside of what is shown, so that it goes on while people look elsewhere. */
class UploadStore {
  state: UploadState = IDLE;
  private readonly listeners = new Set<() => void>();
  private stop = new AbortController();
  private dropped = new Map<string, AbortController>();
  private wake = new EventTarget();

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private dispatch = (event: UploadEvent) => {
    const before = isBusy(this.state);
    this.state = uploadReducer(this.state, event);
    if (before !== isBusy(this.state)) this.guard(!before);
    this.listeners.forEach((listener) => listener());
  };

  /** While bytes move, leaving the page is asked about. */
  private guard(on: boolean) {
    if (on) window.addEventListener("beforeunload", ask);
    else window.removeEventListener("beforeunload", ask);
  }

  /** Begins an upload, or goes on with the unfinished one these files belong to. */
  async start(files: Chosen[], target: Target, unfinished: Upload[]): Promise<void> {
    try {
      const known = matching(files, target, unfinished);
      const upload =
        known ??
        (await uploadApi.beginUpload({
          mode: target.addTo ? "add" : "new",
          dataset_id: target.addTo,
          title: target.title || undefined,
          files: files.map(({ file, name }) => ({ name, bytes: file.size, fingerprint: fingerprint(file) })),
        }));
      await this.run(upload, files);
    } catch (error) {
      this.fail(error);
    }
  }

  private async run(upload: Upload, files: Chosen[]): Promise<void> {
    this.stop = new AbortController();
    this.dropped = new Map(upload.files.map((file) => [file.id, new AbortController()]));
    this.dispatch({ type: "begun", upload, now: performance.now() });
    const places = new Map(files.map((one) => [fingerprint(one.file), one]));
    for (const one of upload.files) {
      const own = this.dropped.get(one.id);
      const source = places.get(one.fingerprint ?? "") ?? files[upload.files.indexOf(one)];
      if (!source || !own || one.received >= one.bytes || own.signal.aborted) continue;
      const signal = AbortSignal.any([this.stop.signal, own.signal]);
      const job = {
        id: one.id,
        url: uploadApi.uploadFileUrl(upload.id, one.id),
        file: source.file,
        offset: one.received,
      };
      try {
        await sendFile(job, signal, this.wake, this.dispatch);
      } catch (error) {
        if (own.signal.aborted && !this.stop.signal.aborted) continue; // this file only
        throw error;
      }
    }
    if (this.state.files.length === 0) return this.dispatch({ type: "reset" });
    this.dispatch({ type: "finishing" });
    const dataset = await this.complete(upload.id);
    this.dispatch({ type: "made", datasetId: dataset.id, version: dataset.version });
  }

  /** Completing is safe to repeat, so it is, over cuts. */
  private async complete(id: string): Promise<Dataset> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await uploadApi.completeUpload(id);
      } catch (error) {
        if (!(error instanceof ApiError) || !mayPass(error.status)) throw error;
        await rest(backoffMs(failures), this.stop.signal, this.wake);
      }
    }
  }

  private fail(error: unknown) {
    if (this.stop.signal.aborted) return;
    this.dispatch({ type: "failed", fault: faultOf(error) });
  }

  tryNow = () => this.wake.dispatchEvent(new Event("wake"));

  /** Takes one file out; without its last one there is no upload. */
  async cancelFile(id: string): Promise<void> {
    const { uploadId, files } = this.state;
    if (files.length <= 1) return this.cancel();
    this.dispatch({ type: "dropped", id });
    this.dropped.get(id)?.abort();
    if (uploadId) await uploadApi.dropUploadFile(uploadId, id).catch(() => undefined);
  }

  async cancel(): Promise<void> {
    const { uploadId } = this.state;
    this.stop.abort();
    this.dispatch({ type: "reset" });
    if (uploadId) await uploadApi.cancelUpload(uploadId).catch(() => undefined);
  }

  /** Forgets what has ended. */
  reset = () => this.dispatch({ type: "reset" });
}

const ask = (event: BeforeUnloadEvent) => {
  event.preventDefault();
  event.returnValue = T.leave;
};

/** The unfinished upload whose missing files are all among these, and that has no others. */
export function matching(files: Chosen[], target: Target, unfinished: Upload[]): Upload | undefined {
  const prints = new Set(files.map(({ file }) => fingerprint(file)));
  return unfinished.find(
    (upload) =>
      (upload.mode === "add" ? upload.dataset_id : undefined) === target.addTo &&
      upload.files.length >= files.length &&
      upload.files.length > 0 &&
      files.every(({ file }) => upload.files.some((one) => one.fingerprint === fingerprint(file))) &&
      upload.files.every((one) => one.received >= one.bytes || prints.has(one.fingerprint ?? "")),
  );
}

export const uploads = new UploadStore();

export const useUpload = (): UploadState => useSyncExternalStore(uploads.subscribe, () => uploads.state);
