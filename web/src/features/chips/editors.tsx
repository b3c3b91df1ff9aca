import { Button } from "../../ui/Button";
import { chipText as T } from "../../text/chips";
import {
  aggsFor,
  isDate,
  isPreset,
  opText,
  PRESETS,
  presetPart,
  ROWS,
  withColumn,
  type ConditionDraft,
  type Draft,
  type Menu,
} from "./draft";
import { Choice, ColumnPicker, Field, ValueField, ValueList } from "./fields";

interface Props<D extends Draft["of"]> {
  menu: Menu;
  draft: Extract<Draft, { of: D }>;
  /** Whether this is a new part; one that is there keeps what it cannot change. */
  adding: boolean;
  datasetId: string;
  onChange: (draft: Draft) => void;
}

/** The fields of one part of a plan. */
export function Editor({ draft, ...rest }: Omit<Props<Draft["of"]>, "draft"> & { draft: Draft }) {
  switch (draft.of) {
    case "measure":
      return <MeasureEditor draft={draft} {...rest} />;
    case "dimension":
      return <DimensionEditor draft={draft} {...rest} />;
    case "condition":
      return <ConditionEditor draft={draft} {...rest} />;
    case "order":
      return <OrderEditor draft={draft} {...rest} />;
    case "limit":
      return (
        <Field
          label={T.limit}
          type="number"
          value={draft.rows}
          onChange={(rows) => rest.onChange({ of: "limit", rows })}
        />
      );
  }
}

function MeasureEditor({ menu, draft, onChange }: Props<"measure">) {
  const column = menu.columns.find((one) => one.id === draft.column);
  const aggs = aggsFor(menu, column, draft.needs);
  const rows =
    draft.needs === "date"
      ? undefined
      : { id: "rows", name: T.rows, items: [{ id: ROWS, name: T.rows, note: T.rowsHint }] };
  return (
    <div className="space-y-3">
      <ColumnPicker
        label={T.of}
        menu={menu}
        value={draft.column}
        fits={(one) => aggsFor(menu, one, draft.needs).length > 0}
        first={rows}
        onChange={(id) => onChange(withColumn(draft, id, menu))}
      />
      {column && (
        <div className="flex gap-2">
          <Choice
            label={T.agg}
            value={draft.agg}
            options={aggs.map((agg) => [agg, T.aggs[agg] ?? agg])}
            onChange={(agg) => onChange({ ...draft, agg })}
          />
          {draft.agg === "percentile" && (
            <Field
              label={T.percentile}
              type="number"
              value={draft.percent}
              onChange={(percent) => onChange({ ...draft, percent })}
            />
          )}
        </div>
      )}
    </div>
  );
}

function DimensionEditor({ menu, draft, onChange }: Props<"dimension">) {
  const column = menu.columns.find((one) => one.id === draft.column);
  const options = menu.types[column?.type ?? ""];
  const cuts: [string, string][] = [
    ["", T.exact],
    ...(options?.buckets ?? []).map((unit): [string, string] => [`bucket ${unit}`, T.buckets[unit] ?? unit]),
    ...(options?.parts ?? []).map((part): [string, string] => [`part ${part}`, T.parts_[part] ?? part]),
  ];
  return (
    <div className="space-y-3">
      <ColumnPicker
        label={T.column}
        menu={menu}
        value={draft.column}
        fits={() => true}
        onChange={(id) => onChange(withColumn(draft, id, menu))}
      />
      {cuts.length > 1 && (
        <Choice
          label={T.by}
          value={draft.cut}
          options={cuts}
          onChange={(cut) => onChange({ ...draft, cut })}
        />
      )}
    </div>
  );
}

function ConditionEditor({ menu, draft, adding, datasetId, onChange }: Props<"condition">) {
  const condition = draft.condition;
  const column = menu.columns.find((one) => one.id === condition.column);
  const ops = menu.types[condition.type]?.ops ?? [condition.op];
  const set = (part: Partial<ConditionDraft>) =>
    onChange({ of: "condition", condition: { ...condition, ...part } });
  // A measure stays a measure and a column a column: one is a condition on groups, the other on rows.
  const measures = menu.outputs.filter((output) => output.measure && (adding || condition.output !== ""));
  return (
    <div className="space-y-3">
      {condition.left ? (
        <p className="text-sm font-medium">{condition.left}</p>
      ) : (
        <ColumnPicker
          label={T.column}
          menu={menu}
          value={condition.output ? `= ${condition.output}` : condition.column}
          fits={() => adding || condition.output === ""}
          first={{
            id: "measures",
            name: T.measures,
            items: measures.map((one) => ({ id: `= ${one.name}`, name: one.name })),
          }}
          onChange={(id) => onChange(withColumn(draft, id, menu))}
        />
      )}
      {(condition.column || condition.output || condition.left) && (
        <>
          <Choice
            label={T.op}
            value={condition.op}
            options={ops.map((op) => [op, opText(op, condition.type)])}
            onChange={(op) => set({ op: op as ConditionDraft["op"] })}
          />
          <Compared condition={condition} column={column} datasetId={datasetId} set={set} />
        </>
      )}
    </div>
  );
}

function Compared({
  condition,
  column,
  datasetId,
  set,
}: {
  condition: ConditionDraft;
  column: Menu["columns"][number] | undefined;
  datasetId: string;
  set: (part: Partial<ConditionDraft>) => void;
}) {
  const { op, type } = condition;
  if (op === "is_null" || op === "not_null") return null;
  if (op === "in" || op === "not_in")
    return (
      <ValueList
        list={condition.list}
        column={column}
        datasetId={datasetId}
        onChange={(list) => set({ list })}
      />
    );
  if (op === "between" && isDate(type)) return <Range condition={condition} set={set} />;
  const kind = isDate(type) ? "date" : type === "integer" || type === "decimal" ? "number" : "text";
  if (op === "between")
    return (
      <div className="flex gap-2">
        <Field label={T.from} type={kind} value={condition.value} onChange={(value) => set({ value })} />
        <Field label={T.to} type={kind} value={condition.to} onChange={(to) => set({ to })} />
      </div>
    );
  if (type === "boolean")
    return (
      <Choice
        label={T.value}
        value={condition.value}
        options={[
          ["", "–"],
          ["true", T.yes],
          ["false", T.no],
        ]}
        onChange={(value) => set({ value })}
      />
    );
  if (kind === "text" && (op === "=" || op === "!="))
    return (
      <ValueField
        label={T.value}
        value={condition.value}
        column={column}
        datasetId={datasetId}
        onChange={(value) => set({ value })}
      />
    );
  // A month or a year stands for all of it, and no date field can hold one.
  const whole = kind === "date" && condition.value !== "" && !/^\d{4}-\d\d-\d\d$/.test(condition.value);
  return (
    <Field
      label={T.value}
      type={whole ? "text" : kind}
      value={condition.value}
      onChange={(value) => set({ value })}
    />
  );
}

function Range({
  condition,
  set,
}: {
  condition: ConditionDraft;
  set: (part: Partial<ConditionDraft>) => void;
}) {
  const units = condition.type === "timestamp" ? ["hour"] : [];
  const options = [...units, "day", "week", "month", "quarter", "year"];
  const plain = (value: string) => value === "" || /^\d{4}-\d\d-\d\d$/.test(value);
  const kind = plain(condition.value) && plain(condition.to) ? "date" : "text";
  return (
    <>
      <div role="group" aria-label={T.presets} className="grid grid-cols-3 gap-1.5">
        {PRESETS.map((preset) => (
          <Button
            key={`${preset.period} ${preset.unit}`}
            aria-pressed={isPreset(condition, preset)}
            onPress={() => set(presetPart(preset))}
            className="px-1 py-0.5 text-xs aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-ink"
          >
            {T.preset(preset.period, preset.unit)}
          </Button>
        ))}
      </div>
      <Choice
        label={T.period}
        value={condition.period}
        options={Object.entries(T.periods)}
        onChange={(period) => set({ period: period as ConditionDraft["period"] })}
      />
      <div className="flex gap-2">
        {condition.period === "dates" && (
          <>
            <Field label={T.from} type={kind} value={condition.value} onChange={(value) => set({ value })} />
            <Field label={T.to} type={kind} value={condition.to} onChange={(to) => set({ to })} />
          </>
        )}
        {(condition.period === "last" || condition.period === "previous") && (
          <Field label={T.count} type="number" value={condition.count} onChange={(count) => set({ count })} />
        )}
        {condition.period !== "dates" && (
          <Choice
            label={T.unit}
            value={condition.unit}
            options={options.map((unit) => [unit, T.buckets[unit] ?? unit])}
            onChange={(unit) => set({ unit: unit as ConditionDraft["unit"] })}
          />
        )}
      </div>
    </>
  );
}

function OrderEditor({ menu, draft, onChange }: Props<"order">) {
  const options: [string, string][] = menu.outputs.map((output) => [output.name, output.name]);
  return (
    <div className="space-y-3">
      <Choice
        label={T.orderBy}
        value={draft.by}
        options={draft.keeps ? [["", "–"], ...options] : options}
        onChange={(by) => onChange({ ...draft, by })}
      />
      <Choice
        label={T.direction}
        value={draft.direction}
        options={Object.entries(T.directions)}
        onChange={(direction) => onChange({ ...draft, direction: direction as "asc" | "desc" })}
      />
    </div>
  );
}
