import { Check } from "lucide-react";
import { useState } from "react";
import { formatAgo, formatBytes, formatCount, formatMoment } from "../../lib/format";
import { faultOf } from "../../lib/http";
import { text } from "../../text";
import { dataText } from "../../text/data";
import { Button } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { Dialog } from "../../ui/Overlay";
import { removeVersion, restore, useRefresh, useVersions, type DatasetDetail, type Version } from "./queries";

const words = dataText.versions;

interface Props {
  dataset: DatasetDetail;
  mayRestore: boolean;
  mayDelete: boolean;
  /** Shows the page at a version; none is the current one. */
  onLook: (version: string | undefined) => void;
}

/** What was uploaded, when and by whom; older versions can be looked at and restored. */
export function Versions({ dataset, mayRestore, mayDelete, onLook }: Props) {
  const versions = useVersions(dataset.id, dataset.version + dataset.state);
  const refresh = useRefresh(dataset.id);
  const [asked, setAsked] = useState<{ version: Version; to: "restore" | "remove" }>();
  const current = versions.data?.find((one) => one.current);
  const confirm = async () => {
    if (!asked || !current) return;
    if (asked.to === "restore") await restore(dataset.id, asked.version.version, current.version);
    else await removeVersion(dataset.id, asked.version.version);
    setAsked(undefined);
    onLook(undefined);
    await refresh();
  };
  return (
    <section className="space-y-3">
      <h2 className="text-lg font-semibold">{words.title}</h2>
      {versions.isError && (
        <Notice tone="bad" title={words.failed} hint={text.net.unreachableHint}>
          <Button onPress={() => void versions.refetch()}>{text.tryAgain}</Button>
        </Notice>
      )}
      <ul aria-label={words.title} className="divide-y divide-line rounded-lg border border-line bg-surface">
        {versions.data?.map((version) => (
          <Row
            key={version.version}
            version={version}
            shown={version.version === dataset.version}
            onLook={() => onLook(version.current ? undefined : version.version)}
            onRestore={
              mayRestore && !version.current && version.state === "ready"
                ? () => setAsked({ version, to: "restore" })
                : undefined
            }
            onRemove={mayDelete && !version.current ? () => setAsked({ version, to: "remove" }) : undefined}
          />
        ))}
      </ul>
      {asked && (
        <Ask
          title={asked.to === "restore" ? words.restoreTitle : words.removeTitle}
          hint={asked.to === "restore" ? words.restoreHint : words.removeHint}
          yes={asked.to === "restore" ? words.restore : words.remove}
          onYes={confirm}
          onClose={() => setAsked(undefined)}
        />
      )}
    </section>
  );
}

interface RowProps {
  version: Version;
  shown: boolean;
  onLook: () => void;
  onRestore?: () => void;
  onRemove?: () => void;
}

function Row({ version, shown, onLook, onRestore, onRemove }: RowProps) {
  const hash = version.version.slice(0, 12);
  const label = (verb: string) => `${verb}: ${hash}`;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 max-sm:px-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-x-2 text-sm">
          <span title={formatMoment(version.created_at)}>{formatAgo(version.created_at)}</span>
          {version.uploaded_by && <span className="text-ink-3">{dataText.by(version.uploaded_by)}</span>}
          <code className="text-xs text-ink-3" title={version.version}>
            {hash}
          </code>
          {version.current && (
            <span className="inline-flex items-center gap-1 rounded-sm bg-ok-soft px-1.5 py-0.5 text-xs font-medium text-ok">
              <Check size={13} aria-hidden />
              {words.current}
            </span>
          )}
          {version.state !== "ready" && (
            <span className={`text-xs ${version.state === "failed" ? "text-bad" : "text-run"}`}>
              {text.dataset.state[version.state]}
            </span>
          )}
        </p>
        <p className="num text-xs text-ink-3">
          {[
            ...(version.tables > 0 ? [dataText.rows(version.rows), dataText.tables(version.tables)] : []),
            formatBytes(version.bytes),
            ...(version.rejected > 0 ? [dataText.rejected(version.rejected)] : []),
          ].join(" · ")}
        </p>
        <details className="text-xs text-ink-3">
          <summary className="flex min-h-6 w-fit cursor-default items-center">
            {words.files}: {formatCount(version.files.length)}
          </summary>
          <ul className="space-y-0.5 pb-1">
            {version.files.map((file) => (
              <li key={file.table} className="wrap-anywhere">
                {file.name} · {formatBytes(file.bytes)}
              </li>
            ))}
          </ul>
        </details>
      </div>
      <div className="flex flex-wrap gap-1.5">
        {!shown && version.state === "ready" && (
          <Button onPress={onLook} aria-label={label(words.look)}>
            {words.look}
          </Button>
        )}
        {onRestore && (
          <Button onPress={onRestore} aria-label={label(words.restore)}>
            {words.restore}
          </Button>
        )}
        {onRemove && (
          <Button kind="quiet" onPress={onRemove} aria-label={label(words.remove)}>
            {words.remove}
          </Button>
        )}
      </div>
    </li>
  );
}

interface AskProps {
  title: string;
  hint: string;
  yes: string;
  onYes: () => Promise<void>;
  onClose: () => void;
}

/** Asks once more, and says what was refused. */
function Ask({ title, hint, yes, onYes, onClose }: AskProps) {
  const [failed, setFailed] = useState("");
  const [busy, setBusy] = useState(false);
  const go = () => {
    setBusy(true);
    onYes().catch((error: unknown) => {
      const { message, hint: what } = faultOf(error);
      setFailed([message, what].filter(Boolean).join(" "));
      setBusy(false);
    });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="text-sm text-ink-2">{hint}</p>
      {failed && (
        <p role="alert" className="text-sm text-bad">
          {failed}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onPress={onClose}>{dataText.cancel}</Button>
        <Button kind="solid" onPress={go} isDisabled={busy}>
          {yes}
        </Button>
      </div>
    </Dialog>
  );
}
