import { urls } from "./api";
import { refusal, unreachable } from "./http";
import { parseExact } from "./json";
import type { Dataset } from "./protocol";

export interface Upload {
  /** The dataset, or an ApiError; a stopped upload rejects with an AbortError. */
  done: Promise<Dataset>;
  stop: () => void;
}

/** Sends files as one dataset. fetch cannot say how much of a body was sent; XMLHttpRequest can. */
export function upload(files: File[], title: string, onProgress: (share: number) => void): Upload {
  const form = new FormData();
  if (title) form.append("title", title);
  for (const file of files) form.append("file", file, file.name);
  const request = new XMLHttpRequest();
  const done = new Promise<Dataset>((resolve, reject) => {
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(parseExact(request.responseText) as Dataset);
      else reject(refusal(request.status, request.responseText));
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
  });
  request.open("POST", urls.upload);
  request.setRequestHeader("Accept", "application/json");
  request.send(form);
  return { done, stop: () => request.abort() };
}

/** A name for a dataset, from the name of its first file. */
export const titleFrom = (files: File[]): string => {
  const stem = (files[0]?.name ?? "")
    .replace(/\.(csv|tsv|txt)(\.gz)?$/i, "")
    .replace(/[_-]+/g, " ")
    .trim();
  return stem.charAt(0).toUpperCase() + stem.slice(1);
};
