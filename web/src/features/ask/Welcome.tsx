import { ArrowUpRight, FileUp } from "lucide-react";
import { Suspense } from "react";
import type { Dataset } from "../../lib/protocol";
import { Button } from "../../ui/Button";
import { text } from "../../text";
import { part } from "../../lib/part";

const DatasetNotice = part(() => import("../datasets/DatasetNotice"));
const SchemaPeek = part(() => import("../datasets/SchemaPeek"));

/** The page before the first question: what Leo does, and questions to start from. */
export function Welcome({
  dataset,
  loaded,
  onAsk,
  onUpload,
}: {
  dataset?: Dataset;
  loaded: boolean;
  onAsk: (question: string) => void;
  onUpload: () => void;
}) {
  const prompts = dataset?.prompts ?? [];
  const ready = dataset?.state === "ready";
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-1 flex-col justify-center gap-8 py-10">
      <header className="space-y-2 text-center">
        <h1 className="text-2xl font-semibold tracking-tight text-balance">{text.ask.headline}</h1>
        <p className="text-ink-2 text-balance">{text.ask.promise}</p>
      </header>
      {!dataset && loaded && (
        <div className="text-center">
          <Button kind="solid" onPress={onUpload}>
            <FileUp size={15} aria-hidden />
            {text.upload.open}
          </Button>
        </div>
      )}
      <Suspense>{dataset && !ready && <DatasetNotice dataset={dataset} />}</Suspense>
      {prompts.length > 0 && (
        <ul aria-label={text.ask.suggestions} className="grid gap-2 sm:grid-cols-2">
          {prompts.map((prompt) => (
            <li key={prompt} className="flex">
              <button
                type="button"
                disabled={!ready}
                onClick={() => onAsk(prompt)}
                className="group flex w-full items-start justify-between gap-3 rounded-md border border-line bg-surface px-3.5 py-2.5 text-left text-sm leading-snug transition-colors hover:border-accent disabled:opacity-50"
              >
                {prompt}
                <ArrowUpRight
                  size={15}
                  aria-hidden
                  className="mt-0.5 shrink-0 text-ink-3 transition-colors group-hover:text-accent"
                />
              </button>
            </li>
          ))}
        </ul>
      )}
      {dataset && ready && (
        <div className="space-y-2">
          {dataset.description && (
            <p className="mx-auto max-w-[60ch] text-center text-sm text-ink-3 text-pretty">
              {dataset.description}
            </p>
          )}
          <Suspense>
            <SchemaPeek dataset={dataset} />
          </Suspense>
        </div>
      )}
    </div>
  );
}
