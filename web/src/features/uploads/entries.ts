/** What was dropped. Entries must be taken while the drop is handled; folders are read later. */
export interface Dropped {
  files: File[];
  folder?: string;
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

/** A directory gives its entries in portions, and an empty one at the end. */
async function list(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function walk(entry: FileSystemEntry, deep: number): Promise<File[]> {
  if (entry.isFile) return [await fileOf(entry as FileSystemFileEntry)];
  if (!entry.isDirectory || deep > 8) return [];
  const inside = await list(entry as FileSystemDirectoryEntry);
  return (await Promise.all(inside.map((one) => walk(one, deep + 1)))).flat();
}

/** The files of what was dropped, those of folders too. */
export async function filesOf(entries: (FileSystemEntry | null)[], loose: File[]): Promise<Dropped> {
  const known = entries.filter((entry): entry is FileSystemEntry => entry !== null);
  if (known.length === 0) return { files: loose };
  const files = (await Promise.all(known.map((entry) => walk(entry, 0)))).flat();
  const [only] = known;
  return { files, folder: known.length === 1 && only?.isDirectory ? only.name : undefined };
}
