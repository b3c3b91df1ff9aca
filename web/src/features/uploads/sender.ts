import { randomKey } from "../../lib/api";
import { ApiError, refusal, unreachable } from "../../lib/http";
import { backoffMs, mayPass, MIN_PIECE, nextPiece, pieceEnd } from "./pace";
import type { UploadEvent } from "./state";
import { uploadText as T } from "../../text/uploads";

/** One file that goes to one place. */
export interface Job {
  id: string;
  url: string;
  file: File;
  offset: number;
}

/** Who sends, for the server to know a lost connection's successor. */
const WRITER = randomKey();

interface Answer {
  status: number;
  offset?: number;
  error?: ApiError;
}

/** The SHA-256 of a piece in base64; browsers compute it on secure origins only. */
async function checksum(data: ArrayBuffer): Promise<string | undefined> {
  if (!globalThis.crypto?.subtle) return undefined;
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return `sha256 ${btoa(String.fromCharCode(...sum))}`;
}

/** Sends one piece. fetch cannot say how much of a body was sent; XMLHttpRequest can. */
function patch(
  url: string,
  offset: number,
  data: ArrayBuffer,
  sum: string | undefined,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const end = (answer: Answer) => {
      signal.removeEventListener("abort", stop);
      resolve(answer);
    };
    signal.addEventListener("abort", stop, { once: true });
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => {
      const header = request.getResponseHeader("Upload-Offset");
      const ok = request.status >= 200 && request.status < 300;
      end({
        status: request.status,
        offset: header === null ? undefined : Number(header),
        error: ok ? undefined : refusal(request.status, request.responseText),
      });
    };
    request.onerror = () => end({ status: 0, error: unreachable() });
    request.ontimeout = request.onerror;
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    request.open("PATCH", url);
    request.timeout = 120_000;
    request.setRequestHeader("Content-Type", "application/offset+octet-stream");
    request.setRequestHeader("Tus-Resumable", "1.0.0");
    request.setRequestHeader("Upload-Offset", String(offset));
    request.setRequestHeader("Upload-Writer", WRITER);
    if (sum) request.setRequestHeader("Upload-Checksum", sum);
    request.send(data);
  });
}

/** Waits, but no longer than until the network is back or the person says so. */
export function rest(ms: number, signal: AbortSignal, wake: EventTarget): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      wake.removeEventListener("wake", done);
      signal.removeEventListener("abort", done);
      if (signal.aborted) reject(new DOMException("stopped", "AbortError"));
      else resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done);
    wake.addEventListener("wake", done);
    signal.addEventListener("abort", done);
  });
}

async function read(file: File, from: number, to: number): Promise<ArrayBuffer> {
  try {
    return await file.slice(from, to).arrayBuffer();
  } catch {
    throw new ApiError(0, { code: "FILE_CHANGED", message: T.changed(file.name), hint: T.changedHint });
  }
}

/** Asks how far a file has come; undefined while the server is away. */
async function ask(url: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const answer = await fetch(url, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" }, signal });
    if (answer.ok) return Number(answer.headers.get("Upload-Offset"));
    if (!mayPass(answer.status)) throw refusal(answer.status, "");
  } catch (error) {
    if (error instanceof ApiError || signal.aborted) throw error;
  }
  return undefined;
}

/** Sends a file to its end, over cuts and restarts of the server. It throws what another try cannot mend. */
export async function sendFile(
  job: Job,
  signal: AbortSignal,
  wake: EventTarget,
  dispatch: (event: UploadEvent) => void,
): Promise<void> {
  let { offset } = job;
  let size = 4 * MIN_PIECE;
  let failures = 0;
  while (offset < job.file.size) {
    const data = await read(job.file, offset, pieceEnd(offset, size, job.file.size));
    const sum = await checksum(data);
    signal.throwIfAborted();
    const began = performance.now();
    const answer = await patch(job.url, offset, data, sum, signal, (bytes) =>
      dispatch({ type: "flying", id: job.id, bytes, now: performance.now() }),
    );
    if (!answer.error) {
      if (failures > 0) dispatch({ type: "back" });
      failures = 0;
      offset = answer.offset ?? offset + data.byteLength;
      size = nextPiece(data.byteLength, performance.now() - began);
      dispatch({ type: "stored", id: job.id, offset, now: performance.now() });
      continue;
    }
    const moved = answer.status === 409 && answer.offset !== undefined && answer.offset !== offset;
    if (moved && failures === 0) {
      offset = answer.offset ?? offset; // the answer to an earlier piece was lost
      continue;
    }
    if (answer.status !== 409 && !mayPass(answer.status)) throw answer.error;
    let known: number | undefined;
    while (known === undefined) {
      failures += 1;
      size = MIN_PIECE;
      dispatch({ type: "cut", retryAt: Date.now() + backoffMs(failures) });
      await rest(backoffMs(failures), signal, wake);
      known = await ask(job.url, signal);
    }
    offset = known;
    dispatch({ type: "back" });
    dispatch({ type: "stored", id: job.id, offset, now: performance.now() });
  }
}
