import { useCallback, useState } from "react";
import { draftOf, keepDraft, takeOver } from "../../lib/draft";

interface Draft {
  question: string;
  /** Changes what is in the box, and keeps it. */
  write: (question: string) => void;
  /** Empties the box. What it held is kept until `sent` says that the server has it. */
  take: () => string;
  sent: (question: string) => void;
  /** Puts a question back that the server did not take, unless another one was begun meanwhile. */
  refused: (question: string) => void;
}

/** The question box of a conversation: what is typed survives another page, a reload and a request that failed. */
export function useDraft(thread: string | undefined): Draft {
  const [of, setOf] = useState(thread);
  const [question, setQuestion] = useState(() => draftOf(thread));
  if (of !== thread) {
    takeOver(thread, of);
    setOf(thread);
    setQuestion(draftOf(thread));
  }
  const write = useCallback(
    (next: string) => {
      setQuestion(next);
      keepDraft(thread, next);
    },
    [thread],
  );
  const take = () => {
    setQuestion("");
    return question.trim();
  };
  const sent = (asked: string) => {
    if (draftOf(thread).trim() === asked) keepDraft(thread, "");
  };
  const refused = (asked: string) => setQuestion((now) => (now === "" ? asked : now));
  return { question, write, take, sent, refused };
}
