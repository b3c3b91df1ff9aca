import { ArrowUp, Play, Square, X } from "lucide-react";
import { Suspense, useRef, useState, type Ref } from "react";
import type { Schema } from "../../lib/protocol";
import { insideFence, looksLikeSQL, requestOf } from "../../lib/statement";
import { Button, IconButton } from "../../ui/Button";
import { text } from "../../text";
import type { Edit, Mode } from "./useComposer";
import { part } from "../../lib/part";

const StatementEditor = part(() => import("../editor/StatementEditor"));

/** Characters of a question, and of a statement. */
const LONGEST = 8000;
const LONGEST_STATEMENT = 60000;

interface Props {
  ref?: Ref<HTMLTextAreaElement>;
  mode?: Mode;
  value: string;
  placeholder: string;
  disabled: boolean;
  /** A run is under way: it can be stopped, and nothing else asked. */
  working: boolean;
  stopping: boolean;
  /** Whether the server takes Python. */
  python?: boolean;
  /** The statement of a run that is being changed. */
  edit?: Edit;
  /** What the editor completes names from. */
  schema?: Schema;
  onMode?: (mode: Mode) => void;
  onChange: (value: string) => void;
  onAsk: () => void;
  /** Asks what looks like SQL as that. */
  onAskSQL?: () => void;
  onStop: () => void;
  /** Gives up a statement that was taken up from a run. */
  onDrop?: () => void;
}

/** The box: a question, or a statement in SQL or Python. */
export function Composer(props: Props) {
  const { mode = "question", value, disabled, working, stopping, python = false, edit } = props;
  const go = useRef<HTMLButtonElement>(null);
  const [showChanges, setShowChanges] = useState(true);
  const statement = mode !== "question";
  const open = !statement && insideFence(value);
  const most = statement || open || !("question" in requestOf(value)) ? LONGEST_STATEMENT : LONGEST;
  const tooLong = value.length > most;
  const ready = value.trim() !== "" && !open && !tooLong && !disabled && !working;
  const ask = () => ready && props.onAsk();
  const changed = edit?.original !== undefined && edit.original !== value;
  return (
    <form
      className="mx-auto w-full max-w-4xl px-4 pt-2 pb-4 [anchor-name:--composer] max-sm:px-3 max-sm:pb-3"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <div className="rounded-lg border border-line-strong bg-surface p-1.5 pl-3.5 shadow-xs transition-colors focus-within:border-accent focus-within:outline-1 focus-within:outline-accent has-[textarea:disabled]:border-line has-[textarea:disabled]:bg-transparent">
        {statement && edit && (
          <p className="flex min-h-7 items-center gap-2 text-sm text-ink-2">
            <span className="min-w-0 flex-1 truncate">
              <span className={changed ? "max-sm:sr-only" : ""}>{text.composer.editing}</span>
              {changed && (
                <strong className="font-medium sm:ml-2 text-accent">{text.composer.changed}</strong>
              )}
            </span>
            {changed && (
              <label className="flex min-h-6 items-center gap-1.5">
                <input
                  type="checkbox"
                  checked={showChanges}
                  onChange={(event) => setShowChanges(event.currentTarget.checked)}
                  className="accent-accent"
                />
                {text.composer.showChanges}
              </label>
            )}
            <IconButton label={text.composer.drop} className="-my-1" onPress={() => props.onDrop?.()}>
              <X size={15} aria-hidden />
            </IconButton>
          </p>
        )}
        {statement ? (
          <Suspense fallback={<p className="late min-h-20 py-1.5 text-sm text-ink-3">{text.loading}</p>}>
            <StatementEditor
              language={mode}
              value={value}
              schema={props.schema}
              fault={edit?.fault}
              original={showChanges ? edit?.original : undefined}
              onChange={props.onChange}
              onRun={ask}
              onLeave={() => go.current?.focus()}
            />
          </Suspense>
        ) : (
          <Question {...props} tooLong={tooLong} open={open} onAsk={ask} />
        )}
        {statement && edit?.fault && <p className="py-1 pr-2 text-sm text-bad">{edit.fault.message}</p>}
        <div className="flex flex-wrap items-center gap-2 pt-1">
          <Modes mode={mode} python={python} onMode={props.onMode} />
          <span className="ml-auto" />
          {working ? (
            <Button isDisabled={stopping} onPress={props.onStop} className="shrink-0">
              <Square size={12} aria-hidden fill="currentColor" />
              {stopping ? text.ask.stopping : text.ask.stop}
            </Button>
          ) : (
            <>
              {props.onAskSQL && !statement && ready && looksLikeSQL(value) && (
                <Button onPress={props.onAskSQL} className="shrink-0">
                  <Play size={14} aria-hidden />
                  {text.composer.runSQL}
                </Button>
              )}
              <Button ref={go} kind="solid" type="submit" isDisabled={!ready} className="shrink-0">
                {statement ? <Play size={14} aria-hidden /> : <ArrowUp size={15} aria-hidden />}
                {statement ? text.composer.run : text.ask.send}
              </Button>
            </>
          )}
        </div>
      </div>
      {tooLong && (
        <p id="question-problem" className="px-2 pt-1 text-sm text-bad">
          {statement ? text.composer.tooLong : text.ask.tooLong}
        </p>
      )}
    </form>
  );
}

/** Enter asks; Shift Enter makes a line, and so does Enter inside of a fence. */
function Question({
  ref,
  value,
  placeholder,
  disabled,
  tooLong,
  open,
  onChange,
  onAsk,
}: Props & { tooLong: boolean; open: boolean }) {
  return (
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
        onAsk();
      }}
      className="field-sizing-content block max-h-40 min-h-8 w-full resize-none bg-transparent py-1.5 pr-2 text-base outline-none placeholder:text-ink-3"
    />
  );
}

/** In which language to ask. */
function Modes({ mode, python, onMode }: { mode: Mode; python: boolean; onMode?: (mode: Mode) => void }) {
  if (!onMode) return null;
  const modes: Mode[] = python || mode === "python" ? ["question", "sql", "python"] : ["question", "sql"];
  return (
    <div role="group" aria-label={text.composer.modes} className="-ml-2 flex">
      {modes.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === mode}
          onClick={() => onMode(one)}
          className="min-h-7 rounded-sm px-2 text-xs text-ink-3 hover:text-ink aria-pressed:font-medium aria-pressed:text-accent pointer-coarse:min-h-10"
        >
          {text.composer.mode[one]}
        </button>
      ))}
    </div>
  );
}
