import { Check, Download, FileJson2, Link2, RotateCw, SquarePen } from "lucide-react";
import { urls } from "../../lib/api";
import { useCopied } from "../../lib/hooks";
import type { Cap } from "../../lib/limits";
import { Button, ButtonLink } from "../../ui/Button";
import { text } from "../../text";
import { useAsking } from "./asking";
import { CapNote } from "./CapBar";
import type { Edit } from "./useComposer";

/** What can be taken away from an answer. */
export function Actions({
  id,
  hasResult,
  cap,
  statement,
}: {
  id: string;
  hasResult: boolean;
  cap?: Cap;
  statement?: Edit;
}) {
  const { reproduce, edit, busy } = useAsking();
  const [copied, copy] = useCopied();
  return (
    <div role="group" aria-label={text.actions.label} className="-mx-2 flex flex-wrap items-center gap-1">
      {hasResult &&
        (["csv", "json", "parquet"] as const).map((format) => (
          <ButtonLink key={format} kind="quiet" href={urls.result(id, format)} download className="px-2">
            <Download size={14} aria-hidden />
            {text.actions[format]}
          </ButtonLink>
        ))}
      <ButtonLink
        kind="quiet"
        href={urls.capsule(id)}
        download={`leo-run-${id}.json`}
        title={text.actions.capsuleTitle}
        className="px-2"
      >
        <FileJson2 size={14} aria-hidden />
        {text.actions.capsule}
      </ButtonLink>
      <Button kind="quiet" className="px-2" onPress={() => copy(`${location.origin}/runs/${id}`)}>
        {copied ? <Check size={14} aria-hidden className="text-ok" /> : <Link2 size={14} aria-hidden />}
        <span aria-live="polite">{copied ? text.copied : text.actions.link}</span>
      </Button>
      {statement && (
        <Button kind="quiet" className="px-2" onPress={() => edit(statement)}>
          <SquarePen size={14} aria-hidden />
          {text.actions.edit[statement.language]}
        </Button>
      )}
      {hasResult && (
        <Button kind="quiet" className="px-2" isDisabled={busy} onPress={() => reproduce(id)}>
          <RotateCw size={14} aria-hidden />
          {text.actions.reproduce}
        </Button>
      )}
      {hasResult && cap && <CapNote cap={cap} of="files" />}
    </div>
  );
}
