import { Link } from "@tanstack/react-router";
import { useDatasets } from "../datasets/queries";
import { text } from "../../text";
import { dataText } from "../../text/data";
import { Button } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { Page, PageLoading } from "../../ui/Page";

/** The datasets there are. */
export default function DataPage() {
  const datasets = useDatasets();
  return (
    <Page title={dataText.title} docTitle={dataText.docTitle}>
      {datasets.isPending && <PageLoading />}
      {datasets.isError && (
        <Notice tone="bad" title={text.dataset.listFailed} hint={text.net.unreachableHint}>
          <Button onPress={() => void datasets.refetch()}>{text.tryAgain}</Button>
        </Notice>
      )}
      <ul aria-label={dataText.list} className="space-y-2">
        {datasets.data?.map((dataset) => (
          <li key={dataset.id}>
            <Link
              to="/data/$datasetId"
              params={{ datasetId: dataset.id }}
              className="block rounded-lg border border-line bg-surface p-4 hover:border-line-strong"
            >
              <span className="font-medium">{dataset.title}</span>
              <span className="block text-sm text-ink-3">
                {text.dataset.facts(dataset.rows, dataset.tables.length)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}
