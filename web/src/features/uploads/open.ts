/** A wish for the upload dialog. It is small, because every page can have it. */
export interface UploadWish {
  /** What was dropped on the page. */
  entries?: (FileSystemEntry | null)[];
  files?: File[];
  /** A dataset to add files to. */
  addTo?: { id: string; title: string };
  /** The person wants to ask about the dataset that was made. */
  onUse?: (id: string) => void;
}

let listener: ((wish: UploadWish) => void) | undefined;
let waiting: UploadWish | undefined;

/** Opens the upload dialog, on whatever page. */
export function openUpload(wish: UploadWish = {}): void {
  if (listener) listener(wish);
  else waiting = wish;
}

/** Registers the one that shows the dialog, and gives it what was wished for before. */
export function onUploadWish(fn: (wish: UploadWish) => void): () => void {
  listener = fn;
  if (waiting) {
    const wish = waiting;
    waiting = undefined;
    fn(wish);
  }
  return () => {
    listener = undefined;
  };
}
