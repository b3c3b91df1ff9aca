import { Link, useParams } from "@tanstack/react-router";
import { ChevronLeft, FilePlus2, MessageSquareText } from "lucide-react";
import { useState } from "react";
import { formatMoment } from "../../lib/format";
import { ApiError } from "../../lib/http";
import { text } from "../../text";
import { dataText } from "../../text/data";
import { Button } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { Page, PageLoading } from "../../ui/Page";
import DatasetNotice from "../datasets/DatasetNotice";
import { DeleteDataset } from "./DeleteDataset";
import { Lost, Rejects } from "./Findings";
import { Overview } from "./Overview";
import { Relations } from "./Relations";
import { Tables } from "./Tables";
import { useAsk } from "./useAsk";
import { useChange, useCuration, useDataset, type DatasetDetail } from "./queries";
import { isBusy, useDatasets } from "../datasets/queries";
import { openUpload } from "../uploads/open";
import { Preparing } from "../uploads/Preparing";
import { Report } from "../uploads/Report";
import { useReport } from "../uploads/useReport";
import { Versions } from "./Versions";

/** One dataset: what it holds, what it means, how its tables relate, and its versions. */
export default function DatasetPage() {
  const { datasetId = "" } = useParams({ strict: false });
  const [version, setVersion] = useState<string>();
  const dataset = useDataset(datasetId, version);
  const ask = useAsk();
  const title = dataset.data?.title ?? datasetId;
  const missing = dataset.error instanceof ApiError && dataset.error.status === 404;
  return (
    <Page
      wide
      title={title}
      docTitle={dataText.datasetTitle(title)}
      actions={
        <>
          {dataset.data && version === undefined && <AddFiles dataset={dataset.data} />}
          <Button
            kind="solid"
            onPress={() => ask(datasetId)}
            isDisabled={dataset.data?.state !== "ready"}
            aria-label={dataText.ask}
          >
            <MessageSquareText size={16} aria-hidden />
            <span className="max-sm:hidden">{dataText.ask}</span>
          </Button>
        </>
      }
    >
      <Link
        to="/data"
        className="control -mt-2 inline-flex items-center gap-1 rounded-md text-sm text-ink-2 hover:text-ink"
      >
        <ChevronLeft size={15} aria-hidden />
        {dataText.back}
      </Link>
      {dataset.isPending && <PageLoading />}
      {dataset.isError && (
        <Notice
          tone="bad"
          title={missing ? dataText.gone(datasetId) : dataText.failed}
          hint={missing ? dataText.goneHint : text.net.unreachableHint}
        >
          {!missing && <Button onPress={() => void dataset.refetch()}>{text.tryAgain}</Button>}
        </Notice>
      )}
      {dataset.data && <Content dataset={dataset.data} looking={version !== undefined} onLook={setVersion} />}
    </Page>
  );
}

/** More files for the dataset, for those who may give it another version. */
function AddFiles({ dataset }: { dataset: DatasetDetail }) {
  const report = useReport(dataset);
  if (!report.data?.may_reread) return null;
  return (
    <Button
      onPress={() => openUpload({ addTo: { id: dataset.id, title: dataset.title } })}
      aria-label={dataText.addFiles}
    >
      <FilePlus2 size={16} aria-hidden />
      <span className="max-sm:hidden">{dataText.addFiles}</span>
    </Button>
  );
}

interface ContentProps {
  dataset: DatasetDetail;
  /** It is shown at a version that is not the current one. */
  looking: boolean;
  onLook: (version: string | undefined) => void;
}

function Content({ dataset, looking, onLook }: ContentProps) {
  const curation = useCuration(dataset.id, dataset.version + dataset.state);
  const change = useChange(dataset.id, curation.data?.revision ?? 0);
  const summary = useDatasets().data?.find((one) => one.id === dataset.id);
  const onChange = curation.data?.may_edit && !looking ? change : undefined;
  const ready = dataset.state === "ready";
  return (
    <div className="space-y-10">
      {looking && (
        <Notice
          tone="warn"
          title={dataText.versions.looking(formatMoment(dataset.created_at))}
          hint={dataText.versions.lookingHint}
        >
          <Button onPress={() => onLook(undefined)}>{dataText.versions.backToCurrent}</Button>
        </Notice>
      )}
      {!looking && summary && <DatasetNotice dataset={summary} />}
      {!looking && isBusy(dataset) && <Preparing progress={summary?.progress ?? dataset.progress} />}
      <Overview dataset={dataset} onChange={onChange} />
      {curation.data && !looking && <Lost gone={curation.data.gone} onChange={onChange} />}
      {ready && <Tables dataset={dataset} onChange={onChange} />}
      {ready && curation.data && !looking && (
        <Relations dataset={dataset} relations={curation.data.relations} onChange={onChange} />
      )}
      {/* The report is of the current version, and names the lines itself. */}
      {looking ? <Rejects dataset={dataset} /> : <Report key={dataset.version} dataset={dataset} page />}
      <Versions
        dataset={dataset}
        mayRestore={curation.data?.may_edit ?? false}
        mayDelete={curation.data?.may_delete ?? false}
        onLook={onLook}
      />
      {curation.data?.may_delete && <DeleteDataset dataset={dataset} />}
    </div>
  );
}
