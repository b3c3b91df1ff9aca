import { useMemo } from "react";
import { spans } from "../../lib/answer";
import type { Ref } from "../../lib/protocol";
import { text } from "../../text";
import { usePointing } from "./pointing";

/** The answer. Every figure that stands in the result can be touched. */
export function AnswerText({ value, refs }: { value: string; refs?: Ref[] }) {
  const parts = useMemo(() => spans(value, refs), [value, refs]);
  return (
    <p className="max-w-[65ch] text-lg leading-relaxed whitespace-pre-line">
      {parts.map((part, at) =>
        part.ref ? (
          <Figure key={at} reference={part.ref} bold={part.bold}>
            {part.text}
          </Figure>
        ) : part.bold ? (
          <strong key={at} className="font-semibold">
            {part.text}
          </strong>
        ) : (
          part.text
        ),
      )}
    </p>
  );
}

function Figure({ reference, bold, children }: { reference: Ref; bold: boolean; children: string }) {
  const { cell, point, show } = usePointing();
  const { row, column } = reference;
  const lit = cell?.row === row && (cell.column === undefined || cell.column === column);
  const here = () => point({ row, column });
  const gone = () => point(undefined);
  const bring = () => show({ row, column });
  // A span and not a button element: a button is a box, and a line may break between a box and the full stop after it.
  return (
    <span
      role="button"
      tabIndex={0}
      className={`figure ${bold ? "font-semibold" : "font-medium"}`}
      data-lit={lit || undefined}
      title={text.answer.figure(row + 1, column)}
      onMouseEnter={here}
      onMouseLeave={gone}
      onFocus={here}
      onBlur={gone}
      onClick={bring}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        bring();
      }}
    >
      {children}
    </span>
  );
}
