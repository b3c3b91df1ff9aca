import { Link } from "@tanstack/react-router";
import { useId, useState, type ReactNode } from "react";
import { faultOf } from "../../lib/http";
import { Button } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { text } from "../../text";
import { savedText as T } from "../../text/saved";

/** One kind of thing that was kept, with its title and what it is for. */
export function Section({
  title,
  intro,
  actions,
  children,
}: {
  title: string;
  intro: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="space-y-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id={id} className="text-lg font-semibold">
          {title}
        </h2>
        {actions}
      </div>
      <p className="max-w-[65ch] text-sm text-ink-2">{intro}</p>
      {children}
    </section>
  );
}

/** A list that is on its way. */
export function Rows() {
  return (
    <div role="status" aria-label={text.loading} className="late space-y-2">
      {[0, 1, 2].map((at) => (
        <div key={at} className="pulse h-16 rounded-md bg-sunken" />
      ))}
    </div>
  );
}

/** A list that could not be loaded. */
export function Failed({ title, error, onAgain }: { title: string; error: unknown; onAgain: () => void }) {
  const fault = faultOf(error);
  return (
    <Notice
      tone="bad"
      title={title}
      hint={[fault.message || text.net.unreachable, fault.hint].filter(Boolean).join(" ")}
    >
      <Button onPress={onAgain}>{text.tryAgain}</Button>
    </Notice>
  );
}

/** A thing that was kept: its question, what is known of it, and what can be done with it. */
export function Kept({
  question,
  runId,
  badge,
  facts,
  children,
}: {
  question: string;
  runId: string;
  badge?: ReactNode;
  facts: (string | undefined)[];
  children?: ReactNode;
}) {
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-b-0 max-sm:px-3">
      <div className="min-w-0 flex-1 basis-72 space-y-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            to="/runs/$runId"
            params={{ runId }}
            title={T.open}
            className="font-medium break-words underline-offset-2 hover:underline"
          >
            {question}
          </Link>
          {badge}
        </p>
        {facts.filter(Boolean).map((fact) => (
          <p key={fact} className="num text-sm break-words text-ink-3">
            {fact}
          </p>
        ))}
      </div>
      {children}
    </li>
  );
}

/** A button that asks once more before it does what cannot be taken back. */
export function Sure({
  label,
  sure,
  of,
  busy,
  error,
  onSure,
}: {
  label: string;
  sure: string;
  /** What it is done to, for screen readers. */
  of: string;
  busy: boolean;
  error: unknown;
  onSure: () => void;
}) {
  const [asked, setAsked] = useState(false);
  const fault = error ? faultOf(error) : undefined;
  return (
    <div className="flex flex-wrap items-center justify-end gap-1">
      {fault && (
        <span role="alert" className="text-sm text-bad">
          {fault.message || text.net.unreachable} {fault.hint}
        </span>
      )}
      {asked ? (
        <>
          <Button kind="quiet" autoFocus onPress={() => setAsked(false)}>
            {T.keep}
          </Button>
          <Button className="!text-bad" isDisabled={busy} aria-label={`${sure}: ${of}`} onPress={onSure}>
            {sure}
          </Button>
        </>
      ) : (
        <Button kind="quiet" aria-label={`${label}: ${of}`} onPress={() => setAsked(true)}>
          {label}
        </Button>
      )}
    </div>
  );
}
