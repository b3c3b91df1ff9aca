import { useId, useState, type FormEvent } from "react";
import { ApiError, faultOf } from "../../lib/http";
import { dataText } from "../../text/data";
import { Button } from "../../ui/Button";
import type { Relation, Table } from "./queries";

const words = dataText.relations;

/** The columns of a relation. */
export type Draft = Pick<Relation, "from_table" | "from_columns" | "to_table" | "to_columns">;

interface Props {
  tables: Table[];
  /** The relation to change; absent for a new one. */
  draft?: Draft;
  onSubmit: (draft: Draft) => Promise<void>;
  onCancel: () => void;
}

/** Chooses two tables and the columns they belong together by. */
export function RelationForm({ tables, draft, onSubmit, onCancel }: Props) {
  const [from, setFrom] = useState(draft?.from_table ?? "");
  const [to, setTo] = useState(draft?.to_table ?? "");
  const [pairs, setPairs] = useState<[string, string][]>(
    draft?.from_columns.map((column, at) => [column, draft.to_columns[at] ?? ""]) ?? [["", ""]],
  );
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const columnsOf = (name: string) =>
    tables.find((table) => table.name === name)?.columns.map((c) => c.name) ?? [];
  const names = tables.map((table) => table.name);
  const complete = from !== "" && to !== "" && pairs.every(([a, b]) => a !== "" && b !== "");
  const setPair = (at: number, which: 0 | 1, value: string) =>
    setPairs((before) =>
      before.map((pair, i) => (i !== at ? pair : which === 0 ? [value, pair[1]] : [pair[0], value])),
    );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!complete || busy) return;
    setBusy(true);
    try {
      await onSubmit({
        from_table: from,
        from_columns: pairs.map((pair) => pair[0]),
        to_table: to,
        to_columns: pairs.map((pair) => pair[1]),
      });
    } catch (error) {
      const { message, hint } = faultOf(error);
      const late = error instanceof ApiError && error.status === 409;
      setFault(`${message} ${late ? dataText.overtaken : (hint ?? "")}`);
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => event.key === "Escape" && onCancel()}
      className="space-y-3 rounded-lg border border-line-strong bg-surface p-4 max-sm:p-3"
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Choice
          label={words.from}
          value={from}
          options={names}
          focus
          onChange={(name) => {
            setFrom(name);
            setPairs((before) => before.map(([, b]) => ["", b]));
          }}
        />
        <Choice
          label={words.to}
          value={to}
          options={names}
          onChange={(name) => {
            setTo(name);
            setPairs((before) => before.map(([a]) => [a, ""]));
          }}
        />
        {pairs.map(([a, b], at) => (
          <PairFields
            key={at}
            a={a}
            b={b}
            from={columnsOf(from)}
            to={columnsOf(to)}
            onChange={(w, v) => setPair(at, w, v)}
          />
        ))}
      </div>
      {fault && (
        <p role="alert" className="text-sm text-bad">
          {fault}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button kind="solid" type="submit" isDisabled={!complete || busy}>
          {draft ? words.submitChange : words.submit}
        </Button>
        <Button onPress={onCancel}>{dataText.cancel}</Button>
        <Button kind="quiet" onPress={() => setPairs((before) => [...before, ["", ""]])}>
          {words.another}
        </Button>
        {pairs.length > 1 && (
          <Button kind="quiet" onPress={() => setPairs((before) => before.slice(0, -1))}>
            {words.fewer}
          </Button>
        )}
      </div>
    </form>
  );
}

interface PairProps {
  a: string;
  b: string;
  from: string[];
  to: string[];
  onChange: (which: 0 | 1, value: string) => void;
}

function PairFields({ a, b, from, to, onChange }: PairProps) {
  return (
    <>
      <Choice label={words.fromColumn} value={a} options={from} onChange={(value) => onChange(0, value)} />
      <Choice label={words.toColumn} value={b} options={to} onChange={(value) => onChange(1, value)} />
    </>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: string[];
  focus?: boolean;
  onChange: (value: string) => void;
}

function Choice({ label, value, options, focus = false, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-xs text-ink-3">
        {label}
      </label>
      <select
        id={id}
        value={value}
        autoFocus={focus}
        onChange={(event) => onChange(event.target.value)}
        className="control w-full rounded-md border border-line-strong bg-surface px-2 text-sm text-ink"
      >
        <option value="">{words.pick}</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </div>
  );
}
