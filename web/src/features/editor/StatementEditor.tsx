import { setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useId, useRef, useState } from "react";
import type { Fault, Schema } from "../../lib/protocol";
import { editorText } from "../../text/editor";
import { placeOf } from "./place";
import { changesFrom, extensions, languageOf, type EditorLanguage, type Handlers } from "./setup";

const T = editorText;

interface Props {
  language: EditorLanguage;
  value: string;
  onChange: (code: string) => void;
  /** Mod Enter. */
  onRun: () => void;
  /** Escape. */
  onLeave: () => void;
  schema?: Schema;
  /** What was wrong with the statement: it is underlined at its place. */
  fault?: Fault;
  /** The statement that was proposed, when what differs from it is to be shown. */
  original?: string;
}

/** An editor of SQL or Python. It keeps its text, cursor and history while its properties change. */
export default function StatementEditor(props: Props) {
  const { language, value, schema, fault, original } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const parts = useRef({ language: new Compartment(), changes: new Compartment(), tabs: new Compartment() });
  const latest = useRef<Props>(props);
  const [indents, setIndents] = useState(false);
  const hint = useId();

  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (!host.current) return;
    const handlers: Handlers = {
      onChange: (code) => latest.current.onChange(code),
      onRun: () => latest.current.onRun(),
      onLeave: () => latest.current.onLeave(),
      onTabs: setIndents,
    };
    const start = { ...latest.current, language, hint: T.placeholder[language] };
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: extensions(parts.current, handlers, start, {
          "aria-label": T.label[language],
          "aria-describedby": hint,
        }),
      }),
    });
    view.current = made;
    setIndents(false);
    made.dispatch({ selection: { anchor: made.state.doc.length } });
    made.focus();
    return () => {
      view.current = null;
      made.destroy();
    };
  }, [language, hint]);

  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.language.reconfigure(languageOf(language, schema)) });
  }, [language, schema]);

  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.changes.reconfigure(changesFrom(original)) });
  }, [original]);

  // What somebody else put into the box, such as the statement of a run, replaces what is there.
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const code = editor.state.doc.toString();
    const place = fault && placeOf(fault, code);
    const found = place ? [{ ...place, severity: "error" as const, message: fault.message }] : [];
    editor.dispatch(setDiagnostics(editor.state, found));
    if (!place) return;
    editor.dispatch({ selection: { anchor: place.from }, scrollIntoView: true });
    editor.focus();
  }, [fault, language]);

  return (
    <div className="min-w-0">
      <div ref={host} className="editor max-h-[40vh] overflow-auto" />
      <p id={hint} className="sr-only">
        {indents ? T.tabIndents : T.tabMoves}
      </p>
      {indents && <p className="pt-1 text-xs text-ink-2">{T.tabIndents}</p>}
    </div>
  );
}
