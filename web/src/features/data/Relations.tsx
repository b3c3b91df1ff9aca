import {
  ArrowRight,
  Check,
  CircleDashed,
  FileCheck,
  Plus,
  UserCheck,
  X,
  type LucideIcon,
} from "lucide-react";
import { useState } from "react";
import { faultOf } from "../../lib/http";
import { dataText } from "../../text/data";
import { Button } from "../../ui/Button";
import { evidence, side } from "./profile";
import { RelationForm, type Draft } from "./RelationForm";
import type { Change, DatasetDetail, Relation, Verdict } from "./queries";

const words = dataText.relations;

const LOOK: Record<Relation["state"], { icon: LucideIcon; look: string }> = {
  found: { icon: CircleDashed, look: "bg-pend-soft text-pend" },
  declared: { icon: FileCheck, look: "bg-ok-soft text-ok" },
  added: { icon: UserCheck, look: "bg-ok-soft text-ok" },
  confirmed: { icon: Check, look: "bg-ok-soft text-ok" },
  rejected: { icon: X, look: "bg-rej-soft text-rej" },
};

const linkOf = (relation: Draft): Draft => ({
  from_table: relation.from_table,
  from_columns: relation.from_columns,
  to_table: relation.to_table,
  to_columns: relation.to_columns,
});

const keyOf = (relation: Draft): string => JSON.stringify(linkOf(relation));

interface Props {
  dataset: DatasetDetail;
  relations: Relation[];
  onChange?: (change: Change) => Promise<void>;
}

/** How the tables belong together: what was found, with what speaks for it, and what people decided. */
export function Relations({ dataset, relations, onChange }: Props) {
  /** Which relation is being edited; null is a new one. */
  const [editing, setEditing] = useState<string | null>();
  const tables = dataset.tables ?? [];
  const decide = (verdicts: [Draft, Verdict][]): Promise<void> =>
    onChange
      ? onChange({ relations: verdicts.map(([link, verdict]) => ({ ...linkOf(link), verdict })) })
      : Promise.resolve();
  const submit = async (draft: Draft, before?: Relation) => {
    const instead: [Draft, Verdict][] =
      before && keyOf(before) !== keyOf(draft)
        ? [[before, before.state === "added" ? "undecided" : "rejected"]]
        : [];
    await decide([...instead, [draft, "added"]]);
    setEditing(undefined);
  };
  return (
    <section className="space-y-3">
      <div>
        <h2 className="text-lg font-semibold">{words.title}</h2>
        {tables.length > 1 && <p className="max-w-[65ch] text-sm text-ink-3">{words.hint}</p>}
      </div>
      {relations.length === 0 && (
        <p className="text-sm text-ink-2">{tables.length > 1 ? words.none : words.one}</p>
      )}
      <ul aria-label={words.title} className="space-y-2">
        {relations.map((relation) =>
          editing === keyOf(relation) ? (
            <li key={keyOf(relation)}>
              <RelationForm
                tables={tables}
                draft={linkOf(relation)}
                onCancel={() => setEditing(undefined)}
                onSubmit={(draft) => submit(draft, relation)}
              />
            </li>
          ) : (
            <Item
              key={keyOf(relation)}
              relation={relation}
              onDecide={onChange && ((verdict) => decide([[relation, verdict]]))}
              onEdit={() => setEditing(keyOf(relation))}
            />
          ),
        )}
      </ul>
      {onChange &&
        tables.length > 1 &&
        (editing === null ? (
          <RelationForm
            tables={tables}
            onCancel={() => setEditing(undefined)}
            onSubmit={(draft) => submit(draft)}
          />
        ) : (
          <Button onPress={() => setEditing(null)}>
            <Plus size={15} aria-hidden />
            {words.add}
          </Button>
        ))}
    </section>
  );
}

interface ItemProps {
  relation: Relation;
  onDecide?: (verdict: Verdict) => Promise<void>;
  onEdit: () => void;
}

function Item({ relation, onDecide, onEdit }: ItemProps) {
  const [failed, setFailed] = useState("");
  const { icon: Icon, look } = LOOK[relation.state];
  const from = side(relation.from_table, relation.from_columns);
  const to = side(relation.to_table, relation.to_columns);
  const rejected = relation.state === "rejected";
  const decided = relation.state === "confirmed" || rejected;
  const act = (verdict: Verdict) => () =>
    void onDecide?.(verdict).then(
      () => setFailed(""),
      (error: unknown) => setFailed(faultOf(error).message),
    );
  const name = words.joins(from, to);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-line bg-surface px-4 py-3 max-sm:px-3">
      <span
        title={words.stateHint[relation.state]}
        className={`inline-flex w-26 shrink-0 items-center gap-1.5 rounded-sm px-1.5 py-0.5 text-xs font-medium ${look}`}
      >
        <Icon size={13} aria-hidden />
        {words.state[relation.state]}
      </span>
      <div className="min-w-0 flex-1 basis-64">
        <p className={`font-mono text-sm wrap-anywhere ${rejected ? "text-ink-3 line-through" : ""}`}>
          <span className="sr-only">{name}</span>
          <span aria-hidden>
            {from} <ArrowRight size={14} className="inline align-[-2px]" /> {to}
          </span>
        </p>
        <p className="num text-xs text-ink-3">
          {relation.present ? evidence(relation).join(" · ") : words.gone}
        </p>
        {failed && (
          <p role="alert" className="text-sm text-bad">
            {failed}
          </p>
        )}
      </div>
      {onDecide && (
        <div className="flex flex-wrap gap-1.5">
          {relation.state === "found" && (
            <Button onPress={act("confirmed")} aria-label={`${words.confirm}: ${name}`}>
              {words.confirm}
            </Button>
          )}
          {(relation.state === "found" || relation.state === "declared") && (
            <Button onPress={act("rejected")} aria-label={`${words.reject}: ${name}`}>
              {words.reject}
            </Button>
          )}
          {!rejected && relation.present && (
            <Button kind="quiet" onPress={onEdit} aria-label={`${words.change}: ${name}`}>
              {words.change}
            </Button>
          )}
          {(decided || relation.state === "added") && (
            <Button
              kind="quiet"
              onPress={act("undecided")}
              aria-label={`${relation.state === "added" ? words.remove : words.undo}: ${name}`}
            >
              {relation.state === "added" ? words.remove : words.undo}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
