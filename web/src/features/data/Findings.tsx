import { useState } from "react";
import { faultOf } from "../../lib/http";
import { dataText } from "../../text/data";
import { Button } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import type { Change, Curation, DatasetDetail } from "./queries";

interface LostProps {
  gone: Curation["gone"];
  onChange?: (change: Change) => Promise<void>;
}

/** What people described and this version does not have. */
export function Lost({ gone, onChange }: LostProps) {
  const [failed, setFailed] = useState("");
  if (gone.length === 0) return null;
  const forget = () =>
    onChange?.({ forget_gone: true }).catch((error: unknown) => setFailed(faultOf(error).message));
  return (
    <Notice tone="warn" title={dataText.lost.title(gone.length)} hint={dataText.lost.hint}>
      <ul className="mb-3 flex flex-wrap gap-x-4 font-mono text-sm">
        {gone.map((one) => (
          <li key={`${one.table}.${one.column ?? ""}`}>{dataText.where(one.table, one.column)}</li>
        ))}
      </ul>
      {onChange && <Button onPress={() => void forget()}>{dataText.lost.forget}</Button>}
      {failed && (
        <p role="alert" className="mt-2 text-sm text-bad">
          {failed}
        </p>
      )}
    </Notice>
  );
}

/** The lines that were left out at preparation, as far as they are kept. */
export function Rejects({ dataset }: { dataset: DatasetDetail }) {
  const tables = (dataset.tables ?? []).filter((table) => (table.rejected ?? 0) > 0);
  if (tables.length === 0) return null;
  const words = dataText.rejects;
  return (
    <section className="space-y-3">
      <h2 className="text-lg font-semibold">{words.title}</h2>
      {tables.map((table) => (
        <details key={table.name} className="rounded-lg border border-line bg-surface p-3">
          <summary className="control flex cursor-default flex-wrap items-center gap-x-3 text-sm">
            <span className="font-mono">{table.name}</span>
            <span className="num text-ink-3">{dataText.rejected(table.rejected ?? 0)}</span>
          </summary>
          <p className="mt-1 text-xs text-ink-3">
            {words.hint(table.rejects?.length ?? 0, table.rejected ?? 0)}
          </p>
          <ol className="mt-2 space-y-1 text-sm">
            {table.rejects?.map((one, at) => (
              <li key={at} className="flex flex-wrap gap-x-3">
                <span className="num w-24 shrink-0 text-ink-3">{words.line(one.line)}</span>
                <span className="min-w-0 wrap-break-word text-ink-2">
                  {one.column && <span className="mr-2 font-mono">{one.column}</span>}
                  {one.message}
                </span>
              </li>
            ))}
          </ol>
        </details>
      ))}
    </section>
  );
}
