import type { ReactNode } from "react";
import { formatAgo, formatMoment } from "../../lib/format";
import { useNow } from "../../lib/hooks";
import { text } from "../../text";

/** The question as it was asked, on the asker's side of the page. */
export function Question({ children, asked }: { children: string; asked?: ReactNode }) {
  return (
    <div className="mb-4 flex flex-col items-end gap-1">
      <h2 className="max-w-[85%] rounded-lg bg-accent-soft px-4 py-2 text-base leading-normal whitespace-pre-wrap [overflow-wrap:anywhere]">
        {children}
      </h2>
      <p className="min-h-4.5 px-1 text-xs text-ink-3">{asked}</p>
    </div>
  );
}

/** When the server took the question, once it has said so. */
export function AskedAt({ at }: { at?: string }) {
  const now = useNow(30_000, at !== undefined);
  return at && <span title={formatMoment(at)}>{text.ask.asked(formatAgo(at, now))}</span>;
}
