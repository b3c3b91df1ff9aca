import { useQuery } from "@tanstack/react-query";
import { uploadApi } from "./api";
import type { Dataset } from "../../lib/protocol";

/** What of a dataset its report is about. */
export type ReportedDataset = Pick<Dataset, "id" | "version" | "state">;

/** How the files of a dataset were read, and whether the reader may read them differently and add others. */
export const useReport = (dataset: ReportedDataset) =>
  useQuery({
    queryKey: ["report", dataset.id, dataset.version, dataset.state],
    queryFn: () => uploadApi.report(dataset.id),
  });
