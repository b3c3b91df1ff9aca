import { useParams } from "@tanstack/react-router";
import { useDatasets } from "../datasets/queries";
import { SchemaPeek } from "../datasets/SchemaPeek";
import { dataText } from "../../text/data";
import { Page } from "../../ui/Page";

/** One dataset. */
export default function DatasetPage() {
  const { datasetId = "" } = useParams({ strict: false });
  const dataset = useDatasets().data?.find((one) => one.id === datasetId);
  return (
    <Page title={dataset?.title ?? datasetId} docTitle={dataText.docTitle}>
      {dataset && <SchemaPeek dataset={dataset} />}
    </Page>
  );
}
