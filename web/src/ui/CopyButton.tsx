import { Check, Copy } from "lucide-react";
import { useCopied } from "../lib/hooks";
import { text } from "../text";
import { Button, type ButtonKind } from "./Button";

/** Copies what `value` returns; it is asked only when needed. */
export function CopyButton({
  value,
  label = text.copy,
  kind = "quiet",
}: {
  value: () => string;
  label?: string;
  kind?: ButtonKind;
}) {
  const [copied, copy] = useCopied();
  return (
    <Button kind={kind} onPress={() => copy(value())}>
      {copied ? <Check size={14} aria-hidden className="text-ok" /> : <Copy size={14} aria-hidden />}
      <span aria-live="polite">{copied ? text.copied : label}</span>
    </Button>
  );
}
