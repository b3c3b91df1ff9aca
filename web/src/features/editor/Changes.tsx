import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { readOnly, type EditorLanguage } from "./setup";

/** A statement with what it changed of an earlier one, line by line, to read. */
export default function Changes({
  before,
  after,
  language,
  label,
}: {
  before: string;
  after: string;
  language?: EditorLanguage;
  label: string;
}) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current) return;
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({ doc: after, extensions: readOnly(language, before, label) }),
    });
    return () => view.destroy();
  }, [before, after, language, label]);
  return (
    <div ref={host} className="editor max-h-96 overflow-auto rounded-md border border-line bg-sunken p-1" />
  );
}
