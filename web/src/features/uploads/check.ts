import type { PolicyLimits } from "../../lib/protocol";
import { uploadText as T } from "../../text/uploads";

/** A file a person chose, under the name it is to have. */
export interface Chosen {
  file: File;
  name: string;
}

export interface Limits {
  maxFile: number;
  maxTotal: number;
  maxFiles: number;
}

/** What the page refuses before the server has said what it takes: nothing. The server has the last word. */
const NONE: Limits = { maxFile: Infinity, maxTotal: Infinity, maxFiles: Infinity };

/** What the server takes, as it says. */
export const limitsOf = (policy?: PolicyLimits): Limits =>
  policy
    ? {
        maxFile: policy.uploads.max_file_bytes,
        maxTotal: policy.uploads.max_bytes,
        maxFiles: policy.uploads.max_files,
      }
    : NONE;

const READABLE =
  /\.(csv|tsv|tab|txt|psv|dat|jsonl|ndjson|json|parquet|xlsx)(\.(gz|gzip|zst|zstd))?$|\.(gz|zst)$/i;

/** Files an operating system adds to folders. */
const HIDDEN = /^(\.|~\$|thumbs\.db$|desktop\.ini$)|^__MACOSX/i;

export const fingerprint = (file: File): string => `${file.name}:${file.size}:${file.lastModified}`;

/** What is wrong with each file, by its place; most have no entry. */
export function problems(files: Chosen[], limits: Limits): Map<number, string> {
  const out = new Map<number, string>();
  const seen = new Set<string>();
  files.forEach(({ file, name }, at) => {
    const print = fingerprint(file);
    if (seen.has(print)) out.set(at, T.twice);
    else if (file.size === 0) out.set(at, T.empty);
    else if (!READABLE.test(name)) out.set(at, T.unreadable(/\.[^.]*$/.exec(name)?.[0] ?? name));
    else if (file.size > limits.maxFile) out.set(at, T.tooLarge(limits.maxFile));
    seen.add(print);
  });
  return out;
}

/** What is wrong with all of them together. */
export function problemOfAll(files: Chosen[], limits: Limits): string | undefined {
  if (files.length > limits.maxFiles) return T.tooMany(limits.maxFiles);
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  return total > limits.maxTotal ? T.totalTooLarge(limits.maxTotal) : undefined;
}

/** Files as they are chosen: without those the system put there, in the order of their names. */
export const chosen = (files: File[]): Chosen[] =>
  files
    .filter((file) => !HIDDEN.test(file.name))
    .map((file) => ({ file, name: file.name }))
    .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));

/** A name for a dataset: of the folder, or else of the first file. */
export function titleFrom(files: File[], folder?: string): string {
  const stem = (folder ?? files[0]?.name ?? "")
    .replace(/\.(gz|zst)$/i, "")
    .replace(/\.[a-z0-9]{2,7}$/i, "")
    .replace(/[_-]+/g, " ")
    .trim();
  return stem.charAt(0).toUpperCase() + stem.slice(1);
}

/** The folder all files come from, where they were chosen as one. */
export function folderOf(files: File[]): string | undefined {
  const folders = new Set(files.map((file) => (file.webkitRelativePath || "").split("/")[0]));
  const [only] = folders;
  return folders.size === 1 && only !== "" ? only : undefined;
}
