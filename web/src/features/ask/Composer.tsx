import { ArrowUp, Square } from "lucide-react";
import type { Ref } from "react";
import { Button } from "../../ui/Button";
import { insideFence, requestOf } from "../../lib/statement";
import { text } from "../../text";

/** Characters of a question, and of a statement in a fence. */
const LONGEST = 8000;
const LONGEST_STATEMENT = 60000;

interface Props {
  ref?: Ref<HTMLTextAreaElement>;
  value: string;
  placeholder: string;
  disabled: boolean;
  /** A run is under way: it can be stopped, and nothing else asked. */
  working: boolean;
  stopping: boolean;
  onChange: (value: string) => void;
  onAsk: () => void;
  onStop: () => void;
}

/**
 * The question box. Enter asks; Shift Enter makes a line, and so does Enter
 * inside of a fence.
 */
export function Composer({
  ref,
  value,
  placeholder,
  disabled,
  working,
  stopping,
  onChange,
  onAsk,
  onStop,
}: Props) {
  const open = insideFence(value);
  const tooLong = value.length > ("question" in requestOf(value) && !open ? LONGEST : LONGEST_STATEMENT);
  const ready = value.trim() !== "" && !open && !tooLong && !disabled && !working;
  return (
    <form
      className="mx-auto w-full max-w-4xl px-4 pt-2 pb-4 max-sm:px-3 max-sm:pb-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onAsk();
      }}
    >
      <div className="flex items-end gap-2 rounded-lg border border-line-strong bg-surface p-1.5 pl-3.5 shadow-xs transition-colors focus-within:border-accent focus-within:outline-1 focus-within:outline-accent has-[textarea:disabled]:border-line has-[textarea:disabled]:bg-transparent">
        <textarea
          ref={ref}
          id="question"
          aria-label={text.ask.box}
          aria-invalid={tooLong || undefined}
          aria-describedby={tooLong ? "question-problem" : undefined}
          aria-keyshortcuts="/"
          rows={1}
          value={value}
          placeholder={placeholder}
          disabled={disabled}
          onChange={(event) => onChange(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || open) return;
            event.preventDefault();
            if (ready) onAsk();
          }}
          className="field-sizing-content max-h-40 min-h-8 flex-1 resize-none bg-transparent py-1.5 text-base outline-none placeholder:text-ink-3"
        />
        {working ? (
          <Button isDisabled={stopping} onPress={onStop} className="shrink-0">
            <Square size={12} aria-hidden fill="currentColor" />
            {stopping ? text.ask.stopping : text.ask.stop}
          </Button>
        ) : (
          <Button kind="solid" type="submit" isDisabled={!ready} className="shrink-0">
            <ArrowUp size={15} aria-hidden />
            {text.ask.send}
          </Button>
        )}
      </div>
      {tooLong && (
        <p id="question-problem" className="px-2 pt-1 text-sm text-bad">
          {text.ask.tooLong}
        </p>
      )}
    </form>
  );
}
