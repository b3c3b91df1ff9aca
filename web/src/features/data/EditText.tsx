import { Pencil } from "lucide-react";
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { ApiError, faultOf } from "../../lib/http";
import type { Fault } from "../../lib/protocol";
import { dataText } from "../../text/data";
import { Button, IconButton } from "../../ui/Button";

interface Props {
  /** What is edited: "description of orders". */
  what: string;
  value: string;
  /** How the value is shown; the value itself, or what could be there. */
  children: ReactNode;
  hint?: string;
  lines?: boolean;
  /** Not given: the reader may not edit it. */
  onSave?: (value: string) => Promise<void>;
}

const FIELD =
  "w-full rounded-md border border-line-strong bg-surface px-2.5 py-1.5 text-sm text-ink placeholder:text-ink-3";

/** A text with a pencil. Enter saves, Escape cancels, and what is refused is said below the field. */
export function EditText({ what, value, children, hint, lines = false, onSave }: Props) {
  const [draft, setDraft] = useState<string>();
  const [fault, setFault] = useState<Fault & { status: number }>();
  const [saving, setSaving] = useState(false);
  const pencil = useRef<HTMLSpanElement>(null);
  const field = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const back = useRef(false);
  const id = useId();
  const editing = draft !== undefined;

  useEffect(() => {
    if (editing) field.current?.focus();
    else if (back.current) pencil.current?.querySelector("button")?.focus();
    back.current = editing;
  }, [editing]);

  const close = () => {
    setDraft(undefined);
    setFault(undefined);
  };
  const save = async () => {
    if (draft === undefined || saving || !onSave) return;
    if (draft.trim() === value.trim()) return close();
    setSaving(true);
    try {
      await onSave(draft);
      close();
    } catch (error) {
      setFault({ ...faultOf(error), status: error instanceof ApiError ? error.status : 0 });
    } finally {
      setSaving(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void save();
    }
  };

  if (!editing) {
    return (
      <div className="flex min-w-0 items-start gap-1">
        <div className="min-w-0 py-1 text-sm wrap-break-word whitespace-pre-line">{children}</div>
        {onSave && (
          <span ref={pencil} className="-my-0.5 shrink-0">
            <IconButton label={dataText.edit(what)} onPress={() => setDraft(value)}>
              <Pencil size={14} aria-hidden />
            </IconButton>
          </span>
        )}
      </div>
    );
  }
  const shared = {
    ref: field,
    value: draft,
    "aria-label": what,
    "aria-describedby": `${id}-hint${fault ? ` ${id}-fault` : ""}`,
    "aria-invalid": fault !== undefined,
    onKeyDown,
    className: FIELD,
  };
  return (
    <div className="max-w-[65ch] space-y-1.5">
      {lines ? (
        <textarea {...shared} rows={3} onChange={(event) => setDraft(event.target.value)} />
      ) : (
        <input {...shared} type="text" onChange={(event) => setDraft(event.target.value)} />
      )}
      {fault && (
        <p id={`${id}-fault`} role="alert" className="text-sm text-bad">
          {fault.message} {fault.status === 409 ? dataText.overtaken : fault.hint}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button kind="solid" onPress={() => void save()} isDisabled={saving}>
          {saving ? dataText.saving : dataText.save}
        </Button>
        <Button onPress={close}>{dataText.cancel}</Button>
        <p id={`${id}-hint`} className="text-xs text-ink-3">
          {hint} {lines ? dataText.keysLines : dataText.keysOneLine}
        </p>
      </div>
    </div>
  );
}

/** Words beside each other, or what to say where there are none. */
export function Words({ words, none }: { words?: string[]; none: string }) {
  if (!words || words.length === 0) return <span className="text-ink-3">{none}</span>;
  return (
    <span className="flex flex-wrap gap-1.5">
      {words.map((word) => (
        <span key={word} className="rounded-sm bg-sunken px-1.5 py-0.5 text-ink-2">
          {word}
        </span>
      ))}
    </span>
  );
}
