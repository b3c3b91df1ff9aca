import { useCallback, useLayoutEffect, useRef, useState } from "react";
import { draftOf, keepStatements, statementsOf, takeOver } from "../../lib/draft";
import type { Fault } from "../../lib/protocol";

/** What is written in the box: a question, or a statement in one of the languages. */
export type Mode = "question" | "sql" | "python";

/** A statement that is taken up from a run, to be changed. */
export interface Edit {
  language: "sql" | "python";
  code: string;
  /** The run it belongs to: the new run names it as its parent. */
  runId?: string;
  /** The statement to compare with. */
  original?: string;
  /** Why it was refused, to be shown at its place. */
  fault?: Fault;
}

/** What a box holds besides its question. */
interface Written {
  mode: Mode;
  sql: string;
  python: string;
  edit?: Edit;
}

/** What was kept of a box. One that was never written into stays in the language that is in use. */
function kept(thread: string | undefined, mode: Mode): Written {
  const start = { mode: draftOf(thread) === "" ? mode : "question", sql: "", python: "" };
  return { ...start, ...statementsOf(thread) };
}

function keep(thread: string | undefined, written: Written): void {
  keepStatements(thread, written.sql === "" && written.python === "" ? undefined : written);
}

/**
 * The state of the box of a conversation. Each language keeps its own text while the others are used, and what is
 * written survives another page and a reload; the question is kept elsewhere.
 */
export function useComposer(
  thread: string | undefined,
  question: string,
  setQuestion: (value: string) => void,
) {
  const [of, setOf] = useState(thread);
  const [written, setWritten] = useState<Written>(() => kept(thread, "question"));
  if (of !== thread) {
    takeOver(thread, of);
    setOf(thread);
    setWritten((before) => kept(thread, before.mode));
  }
  const latest = useRef(written);
  // Before the editor's own effects, which may write: what they add to must be this conversation's.
  useLayoutEffect(() => {
    latest.current = written;
  });
  const put = useCallback(
    (part: Partial<Written>) => {
      const next = { ...latest.current, ...part };
      latest.current = next;
      setWritten(next);
      keep(thread, next);
    },
    [thread],
  );

  const write = useCallback(
    (to: Mode, value: string) => {
      if (to === "question") setQuestion(value);
      put(to === "question" ? { mode: to } : { mode: to, [to]: value });
    },
    [put, setQuestion],
  );

  const take = useCallback(
    (edit: Edit) => put({ mode: edit.language, [edit.language]: edit.code, edit }),
    [put],
  );

  /** Empties the editor and gives up what was being edited. */
  const clear = (language: Edit["language"]) => put({ [language]: "", edit: undefined });

  /** Empties the editor. What it held is kept until `sent` says that the server has it. */
  const hand = (language: Edit["language"]) => setWritten({ ...written, [language]: "", edit: undefined });
  const sent = (language: Edit["language"], code: string) => {
    const now = kept(thread, language);
    if (now[language] === code) keep(thread, { ...now, [language]: "", edit: undefined });
  };

  const { mode, edit } = written;
  return {
    mode,
    setMode: useCallback((next: Mode) => put({ mode: next }), [put]),
    text: mode === "question" ? question : written[mode],
    setText: useCallback((value: string) => write(mode, value), [mode, write]),
    /** What is being edited, while its language is the one that is shown. */
    edit: edit?.language === mode ? edit : undefined,
    write,
    take,
    clear,
    hand,
    sent,
  };
}

/** What the editor asks. */
export const writtenIn = (language: Edit["language"], code: string): { sql: string } | { python: string } =>
  language === "sql" ? { sql: code } : { python: code };
