import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completeFromList,
  completionKeymap,
  completionStatus,
  currentCompletions,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python, pythonLanguage } from "@codemirror/lang-python";
import { sql, SQLDialect } from "@codemirror/lang-sql";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  LanguageSupport,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { unifiedMergeView } from "@codemirror/merge";
import type { Compartment } from "@codemirror/state";
import { EditorState, Prec, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Schema } from "../../lib/protocol";
import { columnNames, pythonNames, sqlNames } from "./completion";

export type EditorLanguage = "sql" | "python";

/** The classes of ui/Code, so that a statement looks alike where it is read and where it is written. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.bool, tags.null], class: "tok-keyword" },
  { tag: [tags.string, tags.special(tags.string)], class: "tok-string" },
  { tag: [tags.number, tags.integer, tags.float], class: "tok-number" },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], class: "tok-comment" },
  { tag: [tags.special(tags.name), tags.typeName, tags.standard(tags.name)], class: "tok-name" },
]);

/** Looks come from the page's own tokens, in src/index.css, so that themes switch without a new editor. */
const look = EditorView.theme({
  "&": { fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.6" },
});

/** What is worth offering of the engine's SQL: a query's words, not those that change data or settings. */
const dialect = SQLDialect.define({
  keywords:
    "select distinct from where group by having order limit offset all as on using join inner left right full outer " +
    "cross and or not in is null between like ilike exists case when then else end union intersect except with " +
    "recursive over partition rows range unbounded preceding following current row filter within asc desc nulls " +
    "first last qualify true false interval",
  types: "bigint boolean date decimal double integer time timestamp varchar",
  builtin:
    "sum avg min max count median quantile_cont stddev coalesce nullif round floor ceil abs greatest least lower upper " +
    "trim length substring replace concat contains starts_with date_trunc date_part date_diff strftime extract cast " +
    "try_cast row_number rank dense_rank lag lead first_value last_value",
  operatorChars: "+-*/<>=~!@#%^&|",
});

/** The language with what it can complete. */
export function languageOf(language: EditorLanguage, schema: Schema | undefined): Extension {
  if (language === "sql")
    return [
      sql({ dialect, schema: schema && sqlNames(schema), upperCaseKeywords: true }),
      schema ? dialect.language.data.of({ autocomplete: completeFromList(columnNames(schema)) }) : [],
    ];
  const names = schema
    ? [pythonLanguage.data.of({ autocomplete: completeFromList(pythonNames(schema)) })]
    : [];
  return new LanguageSupport(python().language, [python().support, ...names]);
}

/** Marks what differs from a statement that was proposed. */
export const changesFrom = (original: string | undefined): Extension =>
  original === undefined
    ? []
    : unifiedMergeView({ original, mergeControls: false, gutter: true, highlightChanges: true });

export interface Handlers {
  onChange: (code: string) => void;
  onRun: () => void;
  onLeave: () => void;
  onTabs: (indents: boolean) => void;
}

export interface Parts {
  language: Compartment;
  changes: Compartment;
  tabs: Compartment;
}

/**
 * The keys. Tab moves on, as everywhere on the page; Ctrl M makes it indent, and again makes it move on. Escape
 * closes the list of completions, and then leaves the editor, whatever Tab does.
 */
function keys(parts: Parts, handlers: Handlers): Extension {
  let indents = false;
  const switchTabs = (view: EditorView) => {
    indents = !indents;
    view.dispatch({ effects: parts.tabs.reconfigure(indents ? keymap.of([indentWithTab]) : []) });
    handlers.onTabs(indents);
    return true;
  };
  return Prec.high(
    keymap.of([
      { key: "Mod-Enter", run: () => (handlers.onRun(), true), preventDefault: true },
      { key: "Ctrl-m", run: switchTabs, preventDefault: true },
      {
        key: "Escape",
        run: (view) => completionStatus(view.state) === null && (handlers.onLeave(), true),
      },
    ]),
  );
}

/** Whether a list of completions offers no more than the word that stands before the cursor. */
export function offersNothing(state: EditorState): boolean {
  const found = currentCompletions(state);
  const { from, text } = state.doc.lineAt(state.selection.main.head);
  const before = text.slice(0, state.selection.main.head - from).toLowerCase();
  return found.length > 0 && found.every(({ label }) => before.endsWith(label.toLowerCase()));
}

/** Closes the list over a word that is finished. An editor cannot be changed while it tells of a change. */
const nothingLeft = EditorView.updateListener.of(({ view, state }) => {
  if (offersNothing(state)) queueMicrotask(() => closeCompletion(view));
});

/** Everything an editor starts with. */
export function extensions(
  parts: Parts,
  handlers: Handlers,
  start: { language: EditorLanguage; schema?: Schema; original?: string; hint: string },
  attributes: Record<string, string>,
): Extension[] {
  return [
    keys(parts, handlers),
    lineNumbers(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    // The box is at the foot of the page: below the line a list would cover its buttons.
    autocompletion({ icons: false, aboveCursor: true }),
    nothingLeft,
    EditorView.lineWrapping,
    EditorState.tabSize.of(4),
    placeholder(start.hint),
    syntaxHighlighting(colours),
    look,
    parts.tabs.of([]),
    parts.language.of(languageOf(start.language, start.schema)),
    parts.changes.of(changesFrom(start.original)),
    EditorView.contentAttributes.of(attributes),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) handlers.onChange(update.state.doc.toString());
    }),
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...historyKeymap,
      ...lintKeymap,
      ...defaultKeymap,
    ]),
  ];
}

/** A statement to read, with what it changed of another. */
export const readOnly = (
  language: EditorLanguage | undefined,
  original: string,
  label: string,
): Extension[] => [
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.lineWrapping,
  syntaxHighlighting(colours),
  look,
  ...(language ? [languageOf(language, undefined)] : []),
  changesFrom(original),
  EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
];
