import type { PrepareProgress } from "../../lib/protocol";
import { uploadText as T } from "../../text/uploads";

/** What is being done to prepare a dataset, and how far that is, in words. */
export function progressWords(progress: PrepareProgress): { doing: string; far: string } {
  const { stage, table, done = 0, total = 0, rows = 0 } = progress;
  const seconds = Math.round((Date.parse(progress.at) - Date.parse(progress.began)) / 1000);
  const far = [
    total > 0 ? T.sent(done, total) : "",
    rows > 0 ? T.stageRows(rows) : "",
    seconds > 0 ? T.preparingFor(seconds) : "",
  ];
  const doing = T.stages[stage]?.(table ?? T.stageOfAll) ?? T.preparing;
  return { doing, far: far.filter(Boolean).join(", ") };
}

/** How much of the file a stage has read; undefined where that is not known, as no part of the whole is. */
export const stagePercent = ({ done = 0, total = 0 }: PrepareProgress): number | undefined =>
  total > 0 ? Math.min(100, Math.floor((100 * done) / total)) : undefined;
