import { Search, X } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { formatCount } from "../../lib/format";
import type { RunStatus } from "../../lib/protocol";
import { text } from "../../text";
import { auditText } from "../../text/audit";
import { Button } from "../../ui/Button";
import { StatusIcon } from "../../ui/Status";
import { isNarrowed, type Filter } from "./filter";

const T = auditText.filter;
const FIELD = "control w-full min-w-0 rounded-md border border-line-strong bg-surface px-2 text-sm text-ink";

export type Change = (change: { [K in keyof Filter]?: Filter[K] | "" }) => void;

interface FiltersProps {
  filter: Filter;
  people: string[];
  datasets: string[];
  onChange: Change;
}

/** What narrows the list. Everything stands in the address, so a filtered list can be shared. */
export function Filters({ filter, people, datasets, onChange }: FiltersProps) {
  const acts = filter.view === "acts";
  const plain = (values: string[]): [string, string][] => values.map((value) => [value, value]);
  return (
    <form
      role="search"
      aria-label={T.label}
      onSubmit={(event) => event.preventDefault()}
      className="grid grid-cols-2 items-end gap-3 sm:grid-cols-3 lg:grid-cols-4 2xl:grid-cols-[minmax(14rem,2fr)_repeat(7,minmax(8.5rem,1fr))]"
    >
      <Words value={filter.q ?? ""} onChange={(q) => onChange({ q })} />
      <Choice
        label={T.user}
        value={filter.user}
        options={plain(people)}
        onChange={(user) => onChange({ user })}
      />
      {acts ? (
        <Choice
          label={T.act}
          value={filter.act}
          options={Object.entries(auditText.acts)}
          onChange={(act) => onChange({ act })}
        />
      ) : (
        <>
          <Choice
            label={T.dataset}
            value={filter.dataset}
            options={plain(datasets)}
            onChange={(dataset) => onChange({ dataset })}
          />
          <Choice
            label={T.kind}
            value={filter.kind}
            options={Object.entries(T.kinds)}
            onChange={(kind) => onChange({ kind })}
          />
          <Choice
            label={T.road}
            value={filter.road}
            options={Object.entries(auditText.roads)}
            onChange={(road) => onChange({ road })}
          />
          <Choice
            label={T.error}
            value={filter.error}
            options={[["any", T.anyError], ...plain(ERRORS)]}
            onChange={(error) => onChange({ error })}
          />
        </>
      )}
      <Day label={T.from} value={filter.from} max={filter.to} onChange={(from) => onChange({ from })} />
      <Day label={T.to} value={filter.to} min={filter.from} onChange={(to) => onChange({ to })} />
      {isNarrowed(filter) && (
        <Button
          kind="quiet"
          className="col-span-full justify-self-start"
          onPress={() =>
            onChange({
              q: "",
              status: "",
              user: "",
              dataset: "",
              kind: "",
              road: "",
              error: "",
              from: "",
              to: "",
              act: "",
            })
          }
        >
          <X size={14} aria-hidden />
          {T.clear}
        </Button>
      )}
    </form>
  );
}

const ERRORS = [
  "VALIDATION_ERROR",
  "SQL_POLICY_VIOLATION",
  "PYTHON_POLICY_VIOLATION",
  "PYTHON_EXECUTION_ERROR",
  "RUNNER_TIMEOUT",
  "RUNNER_RESOURCE_EXCEEDED",
  "RUNNER_INTERNAL_ERROR",
  "QUERY_ERROR",
  "NOT_FOUND",
  "FORBIDDEN",
  "RATE_LIMITED",
  "BUDGET_EXCEEDED",
  "FEATURE_DISABLED",
  "CONNECTION_ERROR",
  "MODEL_ERROR",
  "UNAVAILABLE",
  "CANCELLED",
];

function Labelled({
  label,
  className = "",
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <label className={`block min-w-0 space-y-1 ${className}`}>
      <span className="block text-xs text-ink-2">{label}</span>
      {children}
    </label>
  );
}

/** Words are looked for once the typing pauses. */
function Words({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  // The address changed otherwise: by a link, by going back, by clearing the filters.
  if (value !== seen) {
    setSeen(value);
    if (value !== typed.trim()) setTyped(value);
  }
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => onChange(typed.trim()), 350);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <Labelled label={T.text} className="max-xl:col-span-full">
      <span className="relative block">
        <Search size={14} aria-hidden className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
        <input
          type="search"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && onChange(typed.trim())}
          className={`${FIELD} pl-8`}
        />
      </span>
    </Labelled>
  );
}

interface ChoiceProps {
  label: string;
  value: string | undefined;
  options: [value: string, label: string][];
  onChange: (value: string) => void;
}

function Choice({ label, value = "", options, onChange }: ChoiceProps) {
  // An address may name somebody the list does not offer.
  const known = value === "" || options.some(([one]) => one === value);
  return (
    <Labelled label={label}>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)} className={FIELD}>
        <option value="">{T.any}</option>
        {!known && <option value={value}>{value}</option>}
        {options.map(([one, name]) => (
          <option key={one} value={one}>
            {name}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

interface DayProps {
  label: string;
  value: string | undefined;
  min?: string;
  max?: string;
  onChange: (value: string) => void;
}

function Day({ label, value = "", min, max, onChange }: DayProps) {
  return (
    <Labelled label={label}>
      <input
        type="date"
        value={value}
        min={min}
        max={max}
        onChange={(event) => onChange(event.currentTarget.value)}
        className={FIELD}
      />
    </Labelled>
  );
}

const STATUSES: RunStatus[] = [
  "succeeded",
  "failed",
  "rejected",
  "needs_input",
  "cancelled",
  "running",
  "pending",
];

interface StatusBarProps {
  value: RunStatus | undefined;
  counts: Record<string, number> | undefined;
  onChange: (status: RunStatus | "") => void;
}

/** How many runs there are of each status; pressing one shows only those. */
export function StatusBar({ value, counts, onChange }: StatusBarProps) {
  const all = counts && Object.values(counts).reduce((sum, n) => sum + n, 0);
  const shown = STATUSES.filter((status) => value === status || (counts?.[status] ?? 0) > 0);
  const look = (on: boolean) =>
    `control inline-flex items-center gap-1.5 rounded-md border px-2.5 text-sm transition-colors ${
      on
        ? "border-accent bg-accent-soft font-medium text-ink"
        : "border-line bg-surface text-ink-2 hover:text-ink"
    }`;
  return (
    <div role="group" aria-label={auditText.status.label} className="flex flex-wrap gap-1.5">
      <button
        type="button"
        aria-pressed={value === undefined}
        className={look(value === undefined)}
        onClick={() => onChange("")}
      >
        {auditText.status.all}
        {all !== undefined && <span className="num text-ink-2">{formatCount(all)}</span>}
      </button>
      {shown.map((status) => (
        <button
          key={status}
          type="button"
          aria-pressed={value === status}
          className={look(value === status)}
          onClick={() => onChange(value === status ? "" : status)}
        >
          <span aria-hidden className="contents">
            <StatusIcon status={status} />
          </span>
          {text.status[status]}
          <span className="num text-ink-2">{formatCount(counts?.[status] ?? 0)}</span>
        </button>
      ))}
    </div>
  );
}
