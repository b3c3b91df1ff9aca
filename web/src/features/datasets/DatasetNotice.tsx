import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { api } from "../../lib/api";
import { faultOf } from "../../lib/http";
import type { Dataset } from "../../lib/protocol";
import { Button } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { text } from "../../text";
import { isBusy, refreshDatasets } from "./queries";

/** Says why a dataset cannot be asked yet, or at all. */
export default function DatasetNotice({ dataset }: { dataset: Dataset }) {
  const client = useQueryClient();
  const prepare = useMutation({
    mutationFn: () => api.prepare(dataset.id),
    onSettled: () => refreshDatasets(client),
  });
  if (isBusy(dataset)) return <Notice live tone="neutral" title={text.dataset.preparing(dataset.title)} />;
  if (dataset.state !== "failed") return null;
  const fault = prepare.isError ? faultOf(prepare.error) : dataset.fault;
  return (
    <Notice
      tone="bad"
      title={fault?.message ?? text.dataset.failed(dataset.title)}
      hint={fault?.hint ?? text.dataset.failed(dataset.title)}
    >
      <div className="flex flex-wrap items-center gap-3">
        <Button isDisabled={prepare.isPending} onPress={() => prepare.mutate()}>
          <RotateCw size={14} aria-hidden />
          {text.dataset.prepareAgain}
        </Button>
        {fault && <code className="ml-auto font-mono text-xs text-ink-2">{fault.code}</code>}
      </div>
    </Notice>
  );
}
