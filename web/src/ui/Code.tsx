import { useMemo } from "react";
import { highlight, type Language } from "../lib/highlight";
import { CopyButton } from "./CopyButton";

/** Code to read and copy, byte for byte what it is. */
export function Code({
  code,
  language,
  label,
  copyLabel,
}: {
  code: string;
  language: Language;
  label: string;
  copyLabel: string;
}) {
  const tokens = useMemo(() => highlight(code, language), [code, language]);
  return (
    <div className="overflow-hidden rounded-md border border-line bg-sunken">
      <div className="flex items-center justify-between gap-2 border-b border-line py-0.5 pr-1 pl-3">
        <span className="text-xs text-ink-2">{label}</span>
        <CopyButton value={() => code} label={copyLabel} />
      </div>
      <pre
        tabIndex={0}
        aria-label={label}
        role="region"
        className="max-h-96 overflow-auto p-3 font-mono text-sm leading-relaxed break-words whitespace-pre-wrap -outline-offset-2"
      >
        <code>
          {tokens.map((token, at) =>
            token.kind === "plain" ? (
              token.text
            ) : (
              <span key={at} className={`tok-${token.kind}`}>
                {token.text}
              </span>
            ),
          )}
        </code>
      </pre>
    </div>
  );
}
