import { formatBytes, formatCount, formatMs } from "../lib/format";

const files = (n: number): string => `${formatCount(n)} ${n === 1 ? "file" : "files"}`;

const rowsKept = (n: number): string => `${formatCount(n)} ${n === 1 ? "row" : "rows"} kept`;

/** The English of uploads: the dialog, the pill, and the report on what was read. */
export const uploadText = {
  title: "Add a dataset",
  addTo: (title: string) => `Add files to ${title}`,
  intro:
    "Files of one dataset; each becomes a table. Read are CSV, TSV and text, gzip and zstd of them, Parquet, JSON lines and Excel .xlsx, in a sandbox on this server.",
  choose: "Choose files",
  chooseFolder: "Choose a folder",
  drop: "or drop files or a folder here",
  name: "Name of the dataset",
  files: "Files",
  total: (n: number, bytes: number) => `${files(n)}, ${formatBytes(bytes)}`,
  remove: (name: string) => `Remove ${name}`,
  rename: (name: string) => `Name of ${name}`,
  start: "Add dataset",
  startAdd: "Add files",
  cancel: "Cancel",
  clear: "Remove all",

  empty: "is empty",
  twice: "is here twice",
  unreadable: (ending: string) => `cannot be read: ${ending} is not a format Leo knows`,
  tooLarge: (limit: number) => `is larger than ${formatBytes(limit)}, the most for one file`,
  totalTooLarge: (limit: number) =>
    `Together the files are larger than ${formatBytes(limit)}, the most for one dataset.`,
  tooMany: (n: number) => `A dataset can have ${n} files.`,
  problems: "Not every file can be sent. Remove those that are marked.",
  legacy: "Old Excel files (.xls) cannot be read. Save them as .xlsx or CSV.",

  progress: "Upload progress",
  progressOf: (name: string) => `Progress of ${name}`,
  sending: (percent: number) => `Uploading, ${percent} %`,
  rate: (bytes: number) => `${formatBytes(bytes)}/s`,
  left: (seconds: number) => `${formatMs(Math.max(1, Math.round(seconds)) * 1000)} left`,
  sent: (sent: number, bytes: number) => `${formatBytes(sent)} of ${formatBytes(bytes)}`,
  waiting: "Waiting",
  stored: "Stored",
  cancelFile: (name: string) => `Cancel ${name}`,
  cancelAll: "Cancel the upload",
  hide: "Go on in the background",
  cut: (seconds: number) =>
    `The connection was lost. Trying again in ${seconds} s; nothing that was sent is lost.`,
  again: "Try now",
  finishing: "Checking what arrived…",
  leave: "Files are still being uploaded.",
  changed: (name: string) => `${name} cannot be read any more.`,
  changedHint: "It was changed, moved or deleted. Cancel, and choose it again.",

  unfinished: "Unfinished uploads",
  unfinishedHint: "Choose the same files again and the upload goes on where it stopped.",
  resume: (title: string) => `Resume ${title}`,
  discard: (title: string) => `Cancel ${title}`,
  resumed: "These files belong to an unfinished upload. It goes on where it stopped.",
  untitled: "Untitled",

  preparing: "Reading and checking the rows…",
  stages: {
    copying: () => "Copying the files for the sandbox",
    examining: (table: string) => `Looking at every value of ${table}`,
    loading: (table: string) => `Loading the rows of ${table}`,
    describing: (table: string) => `Describing the columns of ${table}`,
  } as Record<string, (table: string) => string>,
  stageOfAll: "the files",
  stageRows: (rows: number) => `${formatCount(rows)} ${rows === 1 ? "row" : "rows"}`,
  preparingFor: (seconds: number) => `for ${formatMs(seconds * 1000)}`,
  background: "You can close this; it goes on.",
  ready: (rows: number) => `Ready: ${formatCount(rows)} ${rows === 1 ? "row" : "rows"}.`,
  ask: "Ask about it",
  another: "Choose other files",
  close: "Close",
  failed: "The files could not be read.",
  line: (n: number) => `Line ${formatCount(n)}`,

  report: "How the files were read",
  noReport: "There is no report on these files yet.",
  kept: (kept: number, rejected: number) =>
    rejected === 0
      ? `${rowsKept(kept)}, none rejected`
      : `${rowsKept(kept)}, ${formatCount(rejected)} rejected`,
  rejects: "Lines left out",
  rejectedMore: (n: number) => `and ${formatCount(n)} more`,
  columnLine: "Line",
  columnReason: "Reason",
  columnName: "Column",
  columnType: "Type",
  columnNulls: "Empty",
  columnFailed: "Do not fit",
  typeOf: (name: string) => `Type of ${name}`,
  keepType: (type: string) => `${type} (found)`,
  leaveOut: "leave out",
  readAs: "Read it differently",
  delimiter: "Separator",
  header: "Header on line",
  encoding: "Encoding",
  dateOrder: "Dates such as 3/4/2026",
  decimal: "Decimal sign",
  found: (what: string) => (what ? `found: ${what}` : "found by itself"),
  delimiters: {
    ",": "comma",
    ";": "semicolon",
    "\\t": "tab",
    "|": "bar",
    none: "none: one column",
  } as Record<string, string>,
  dateOrders: { dmy: "3 April (day first)", mdy: "March 4 (month first)", ymd: "year first" } as Record<
    string,
    string
  >,
  decimals: { ".": "point: 1.5", ",": "comma: 1,5" } as Record<string, string>,
  noHeader: "0 if there is none",
  prepareAgain: "Prepare again with these",
  nothingChanged: "Change a type or how a file is read first.",

  pillSending: (percent: number) => `Uploading, ${percent} %`,
  pillCut: "Upload waits for the connection",
  pillFailed: "Upload failed",
  pillMade: "Uploaded",
  pillFinishing: "Upload is being checked",
  pillUnfinished: (n: number) => (n === 1 ? "1 unfinished upload" : `${n} unfinished uploads`),
  pillOpen: "Show the upload",
  pillDismiss: "Dismiss",
  none: "Nothing",
};
