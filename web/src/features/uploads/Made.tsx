import { useQueryClient } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useEffect } from "react";
import type { Fault } from "../../lib/protocol";
import { Button } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { refreshDatasets, useDatasets } from "../datasets/queries";
import { Preparing } from "./Preparing";
import { Report } from "./Report";
import type { UploadState } from "./state";
import { uploads } from "./store";
import { text } from "../../text";
import { uploadText as T } from "../../text/uploads";

interface Props {
  state: UploadState;
  onUse: (id: string) => void;
  onClose: () => void;
}

/** The files are on the server: they are prepared, then read or refused. */
export function Made({ state, onUse, onClose }: Props) {
  const client = useQueryClient();
  const dataset = useDatasets().data?.find((one) => one.id === state.datasetId);
  useEffect(() => {
    void refreshDatasets(client);
    // Its page may be open, where files were added to it.
    for (const key of ["dataset", "versions"])
      void client.invalidateQueries({ queryKey: [key, state.datasetId] });
  }, [client, state.datasetId]);
  if (state.phase === "failed" && state.fault) {
    return <Refused fault={state.fault} onAnother={() => void uploads.cancel()} />;
  }
  const ready = dataset?.state === "ready";
  const failed = dataset?.state === "failed";
  const done = () => {
    uploads.reset();
    onClose();
  };
  return (
    <div className="space-y-4">
      {failed && <FaultNotice fault={dataset.fault ?? { code: "", message: T.failed }} />}
      {ready && (
        <p role="status" className="flex items-center gap-2.5 font-medium">
          <CircleCheck size={18} aria-hidden className="text-ok" />
          {T.ready(dataset.rows)}
        </p>
      )}
      {!ready && !failed && (
        <div className="space-y-1.5">
          <Preparing progress={dataset?.progress} />
          <p className="text-sm text-ink-3">{T.background}</p>
        </div>
      )}
      {dataset && (ready || failed) && <Report key={dataset.version} dataset={dataset} />}
      <div className="flex flex-wrap justify-end gap-2">
        {(ready || failed) && <Button onPress={uploads.reset}>{T.another}</Button>}
        {!failed && (
          <Button
            kind="solid"
            isDisabled={!ready}
            onPress={() => {
              if (dataset) onUse(dataset.id);
              done();
            }}
          >
            {T.ask}
          </Button>
        )}
        {failed && <Button onPress={done}>{T.close}</Button>}
      </div>
    </div>
  );
}

/** What is wrong, in which line of which file, and what to do. */
function FaultNotice({ fault }: { fault: Fault }) {
  const line = fault.details?.line;
  return (
    <Notice live tone="bad" title={fault.message || text.net.unreachable} hint={fault.hint}>
      <p className="flex flex-wrap gap-3 text-sm text-ink-2">
        {typeof line === "number" && <span className="num">{T.line(line)}</span>}
        <code className="font-mono text-xs">{fault.code}</code>
      </p>
    </Notice>
  );
}

function Refused({ fault, onAnother }: { fault: Fault; onAnother: () => void }) {
  return (
    <div className="space-y-4">
      <FaultNotice fault={fault} />
      <div className="flex justify-end">
        <Button kind="solid" onPress={onAnother}>
          {T.another}
        </Button>
      </div>
    </div>
  );
}
