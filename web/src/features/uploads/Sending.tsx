import { CircleCheck, LoaderCircle, WifiOff, X } from "lucide-react";
import { useEffect, useState } from "react";
import { ProgressBar } from "react-aria-components";
import { Button, IconButton } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { percentOf, secondsLeft, sentOf, totalOf, type FileState, type UploadState } from "./state";
import { uploads } from "./store";
import { uploadText as T } from "../../text/uploads";

/** How far everything is, each file, and what can be done about it. */
export function Sending({ state, onHide }: { state: UploadState; onHide: () => void }) {
  const percent = percentOf(state);
  const left = secondsLeft(state);
  const finishing = state.phase === "finishing";
  return (
    <div className="space-y-4">
      <ProgressBar value={percent} aria-label={T.progress} className="space-y-2">
        <p className="num flex flex-wrap justify-between gap-x-4 text-sm">
          <span className="font-medium">{finishing ? T.finishing : T.sending(percent)}</span>
          <span className="text-ink-2">
            {T.sent(sentOf(state), totalOf(state))}
            {state.phase === "sending" && state.rate > 0 && `, ${T.rate(state.rate)}`}
            {left !== undefined && `, ${T.left(left)}`}
          </span>
        </p>
        <div className="h-2 overflow-hidden rounded-full bg-sunken">
          <div
            className="h-full rounded-full bg-accent transition-[width]"
            style={{ width: `${percent}%` }}
          />
        </div>
      </ProgressBar>
      {state.phase === "cut" && <Cut retryAt={state.retryAt ?? 0} />}
      <ul
        aria-label={T.files}
        className="max-h-72 divide-y divide-line overflow-y-auto rounded-md border border-line"
      >
        {state.files.map((file) => (
          <OneFile key={file.id} file={file} fixed={finishing} />
        ))}
      </ul>
      <div className="flex flex-wrap justify-end gap-2">
        <Button isDisabled={finishing} onPress={() => void uploads.cancel()}>
          {T.cancelAll}
        </Button>
        <Button kind="solid" onPress={onHide}>
          {T.hide}
        </Button>
      </div>
    </div>
  );
}

function OneFile({ file, fixed }: { file: FileState; fixed: boolean }) {
  const sent = Math.min(file.bytes, file.stored + file.flying);
  const percent = file.bytes === 0 ? 100 : Math.floor((100 * sent) / file.bytes);
  const stored = file.status === "stored";
  return (
    <li className="flex items-center gap-2.5 py-1 pr-1 pl-3 text-sm">
      {stored ? (
        <CircleCheck size={15} aria-hidden className="shrink-0 text-ok" />
      ) : (
        <LoaderCircle
          size={15}
          aria-hidden
          className={`shrink-0 ${file.status === "sending" ? "animate-spin text-run" : "text-ink-3"}`}
        />
      )}
      <div className="min-w-0 flex-1">
        <p className="flex justify-between gap-3">
          <span className="truncate">{file.name}</span>
          <span className="num text-xs whitespace-nowrap text-ink-3">
            {stored ? T.stored : file.status === "waiting" ? T.waiting : T.sent(sent, file.bytes)}
          </span>
        </p>
        {file.status === "sending" && (
          <ProgressBar value={percent} aria-label={T.progressOf(file.name)}>
            <div className="mt-1 h-1 overflow-hidden rounded-full bg-sunken">
              <div className="h-full bg-accent transition-[width]" style={{ width: `${percent}%` }} />
            </div>
          </ProgressBar>
        )}
      </div>
      <IconButton
        label={T.cancelFile(file.name)}
        isDisabled={fixed}
        onPress={() => void uploads.cancelFile(file.id)}
      >
        <X size={14} aria-hidden />
      </IconButton>
    </li>
  );
}

/** The network is away. The seconds count down; nobody has to wait for them. */
function Cut({ retryAt }: { retryAt: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <Notice tone="warn" title={T.cut(Math.max(0, Math.ceil((retryAt - now) / 1000)))}>
      <Button onPress={uploads.tryNow}>
        <WifiOff size={14} aria-hidden />
        {T.again}
      </Button>
    </Notice>
  );
}
