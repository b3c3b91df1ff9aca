import { useCallback, useState } from "react";
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

type Statements = Record<Edit["language"], string>;

/** The state of the box. Each language keeps its own text while the others are used; the question is kept elsewhere. */
export function useComposer(question: string, setQuestion: (value: string) => void) {
  const [mode, setMode] = useState<Mode>("question");
  const [texts, setTexts] = useState<Statements>({ sql: "", python: "" });
  const [edit, setEdit] = useState<Edit>();

  const write = useCallback(
    (to: Mode, value: string) => {
      if (to === "question") setQuestion(value);
      else setTexts((before) => ({ ...before, [to]: value }));
      setMode(to);
    },
    [setQuestion],
  );

  const take = useCallback(
    (one: Edit) => {
      setEdit(one);
      write(one.language, one.code);
    },
    [write],
  );

  /** Empties the editor. */
  const clear = useCallback((language: Edit["language"]) => {
    setTexts((before) => ({ ...before, [language]: "" }));
    setEdit(undefined);
  }, []);

  const text = mode === "question" ? question : texts[mode];
  return {
    mode,
    setMode,
    text,
    setText: useCallback((value: string) => write(mode, value), [mode, write]),
    /** What is being edited, while its language is the one that is shown. */
    edit: edit?.language === mode ? edit : undefined,
    write,
    take,
    clear,
  };
}

/** What the editor asks. */
export const writtenIn = (language: Edit["language"], code: string): { sql: string } | { python: string } =>
  language === "sql" ? { sql: code } : { python: code };
