import { useNavigate } from "@tanstack/react-router";
import { rememberChoice } from "../datasets/queries";

/** Leads to the Ask page with a dataset chosen. */
export function useAsk(): (datasetId: string) => void {
  const navigate = useNavigate();
  return (datasetId) => {
    rememberChoice(datasetId);
    void navigate({ to: "/" });
  };
}
