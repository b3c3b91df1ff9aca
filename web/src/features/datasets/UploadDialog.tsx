import { useQueryClient } from "@tanstack/react-query";
import { CircleCheck, FileSpreadsheet, FileUp, LoaderCircle, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Input, Label, ProgressBar, TextField } from "react-aria-components";
import { formatBytes } from "../../lib/format";
import { faultOf } from "../../lib/http";
import type { Dataset, Fault } from "../../lib/protocol";
import { titleFrom, upload, type Upload } from "../../lib/upload";
import { Button, IconButton } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { Dialog } from "../../ui/Overlay";
import { text } from "../../text";
import { refreshDatasets, useDatasets } from "./queries";

const T = text.upload;

type Phase =
  | { at: "choosing"; fault?: Fault }
  | { at: "uploading"; share: number }
  | { at: "received"; dataset: Dataset };

interface Props {
  /** Files that were dropped on the page. */
  dropped: File[];
  onClose: () => void;
  /** The person wants to ask about the new dataset. */
  onUse: (id: string) => void;
}

export default function UploadDialog({ dropped, onClose, onUse }: Props) {
  const client = useQueryClient();
  const [files, setFiles] = useState<File[]>([]);
  const [title, setTitle] = useState("");
  const [phase, setPhase] = useState<Phase>({ at: "choosing" });
  const running = useRef<Upload>(undefined);

  const choose = (more: File[]) => {
    if (more.length === 0) return;
    setFiles((before) => [...before, ...more]);
    setTitle((before) => before || titleFrom(more));
    setPhase({ at: "choosing" });
  };
  useEffect(() => choose(dropped), [dropped]);
  useEffect(() => () => running.current?.stop(), []);

  const reset = () => {
    setFiles([]);
    setTitle("");
    setPhase({ at: "choosing" });
  };
  const close = () => {
    running.current?.stop();
    reset();
    onClose();
  };
  const start = async () => {
    setPhase({ at: "uploading", share: 0 });
    running.current = upload(files, title.trim(), (share) => setPhase({ at: "uploading", share }));
    try {
      const dataset = await running.current.done;
      await refreshDatasets(client);
      setPhase({ at: "received", dataset });
    } catch (error) {
      const stopped = error instanceof DOMException;
      setPhase({ at: "choosing", fault: stopped ? undefined : faultOf(error) });
    } finally {
      running.current = undefined;
    }
  };

  return (
    <Dialog title={T.title} onClose={close}>
      {phase.at === "choosing" && (
        <Choosing
          files={files}
          title={title}
          fault={phase.fault}
          onTitle={setTitle}
          onChoose={choose}
          onRemove={(file) => setFiles(files.filter((other) => other !== file))}
          onStart={() => void start()}
          onCancel={close}
        />
      )}
      {phase.at === "uploading" && <Uploading share={phase.share} onStop={() => running.current?.stop()} />}
      {phase.at === "received" && (
        <Received
          id={phase.dataset.id}
          version={phase.dataset.version}
          onUse={() => {
            onUse(phase.dataset.id);
            close();
          }}
          onAnother={reset}
        />
      )}
    </Dialog>
  );
}

interface ChoosingProps {
  files: File[];
  title: string;
  fault?: Fault;
  onTitle: (title: string) => void;
  onChoose: (files: File[]) => void;
  onRemove: (file: File) => void;
  onStart: () => void;
  onCancel: () => void;
}

function Choosing({ files, title, fault, onTitle, onChoose, onRemove, onStart, onCancel }: ChoosingProps) {
  const [over, setOver] = useState(false);
  const empty = files.find((file) => file.size === 0);
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        onStart();
      }}
    >
      <p className="text-sm text-ink-2">{T.intro}</p>
      <label
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          event.stopPropagation();
          setOver(false);
          onChoose([...event.dataTransfer.files]);
        }}
        className={`flex flex-col items-center gap-1 rounded-lg border border-dashed px-4 py-7 text-center transition-colors focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent hover:border-accent ${over ? "border-accent bg-accent-soft" : "border-line-strong bg-bg"}`}
      >
        <FileUp size={24} aria-hidden className="text-ink-3" />
        <span className="text-sm font-medium text-accent">{T.choose}</span>
        <span className="text-sm text-ink-2">{T.drop}</span>
        <input
          type="file"
          multiple
          accept=".csv,.tsv,.txt,text/csv"
          className="sr-only"
          onChange={(event) => {
            onChoose([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = "";
          }}
        />
      </label>
      {files.length > 0 && (
        <>
          <ul aria-label={T.files} className="divide-y divide-line rounded-md border border-line">
            {files.map((file, at) => (
              <li key={`${file.name} ${at}`} className="flex items-center gap-2.5 py-0.5 pr-1 pl-3 text-sm">
                <FileSpreadsheet size={15} aria-hidden className="shrink-0 text-ink-3" />
                <span className="min-w-0 flex-1 truncate">{file.name}</span>
                <span className="num text-xs text-ink-3">{formatBytes(file.size)}</span>
                <IconButton label={T.remove(file.name)} onPress={() => onRemove(file)}>
                  <X size={14} aria-hidden />
                </IconButton>
              </li>
            ))}
          </ul>
          <TextField value={title} onChange={onTitle} className="space-y-1">
            <Label className="text-sm font-medium">{T.name}</Label>
            <Input
              maxLength={120}
              className="control w-full rounded-md border border-line-strong bg-surface px-3 text-base"
            />
          </TextField>
        </>
      )}
      {empty && <Notice tone="rejected" title={T.empty(empty.name)} />}
      {fault && (
        <Notice
          live
          tone="bad"
          title={fault.message || text.net.unreachable}
          hint={fault.hint ?? (fault.message ? "" : text.net.unreachableHint)}
        >
          <code className="font-mono text-xs text-ink-2">{fault.code}</code>
        </Notice>
      )}
      <div className="flex justify-end gap-2">
        <Button onPress={onCancel}>{T.cancel}</Button>
        <Button kind="solid" type="submit" isDisabled={files.length === 0 || empty !== undefined}>
          {T.start}
        </Button>
      </div>
    </form>
  );
}

function Uploading({ share, onStop }: { share: number; onStop: () => void }) {
  const percent = Math.round(share * 100);
  return (
    <div className="space-y-4">
      <ProgressBar value={percent} aria-label={T.progress} className="space-y-2">
        <p className="num text-sm text-ink-2">{T.uploading(percent)}</p>
        <div className="h-2 overflow-hidden rounded-full bg-sunken">
          <div
            className="h-full rounded-full bg-accent transition-[width]"
            style={{ width: `${percent}%` }}
          />
        </div>
      </ProgressBar>
      <div className="flex justify-end">
        <Button onPress={onStop}>{T.stop}</Button>
      </div>
    </div>
  );
}

/** The files are on the server; preparing them goes on whether or not somebody watches. */
function Received(props: { id: string; version: string; onUse: () => void; onAnother: () => void }) {
  const dataset = useDatasets().data?.find((one) => one.id === props.id);
  if (dataset?.state === "failed") {
    const { fault } = dataset;
    return (
      <div className="space-y-4">
        <Notice
          live
          tone="bad"
          title={fault?.message ?? text.dataset.failed(dataset.title)}
          hint={fault?.hint}
        >
          {fault && <code className="font-mono text-xs text-ink-2">{fault.code}</code>}
        </Notice>
        <div className="flex justify-end">
          <Button kind="solid" onPress={props.onAnother}>
            {T.another}
          </Button>
        </div>
      </div>
    );
  }
  const ready = dataset?.state === "ready";
  const Icon = ready ? CircleCheck : LoaderCircle;
  return (
    <div className="space-y-4">
      <p role="status" className="flex items-center gap-2.5">
        <Icon size={18} aria-hidden className={ready ? "text-ok" : "animate-spin text-run"} />
        {ready ? T.ready(dataset.rows) : T.received}
      </p>
      {!ready && <p className="text-sm text-ink-3">{T.background}</p>}
      <div className="flex justify-end">
        <Button kind="solid" isDisabled={!ready} onPress={props.onUse}>
          {T.ask}
        </Button>
      </div>
    </div>
  );
}
