import type { components } from "../../api";
import { chipText as T } from "../../text/chips";

type Schemas = components["schemas"];
export type Menu = Schemas["PlanMenu"];
export type EditChip = Schemas["EditChip"];
export type PlanEdit = Schemas["PlanEdit"];
export type Preview = Schemas["PlanPreview"];
export type Change = Schemas["PlanChange"];
export type MenuColumn = Schemas["EditColumn"];
export type AddKind = Menu["add"][number];
type Condition = Schemas["EditedCondition"];
type Op = Condition["op"];

/** The id that stands for the rows themselves where a measure has no column. */
export const ROWS = "*";

export type PeriodKind = "dates" | "last" | "this" | "previous" | "to_date";

/** What the fields of a condition hold while a person fills them in. */
export interface ConditionDraft {
  column: string;
  output: string;
  /** The left side in words, where it cannot be changed. */
  left: string;
  type: string;
  op: Op;
  value: string;
  to: string;
  list: string[];
  period: PeriodKind;
  count: string;
  unit: NonNullable<Condition["period"]>["unit"];
}

/** What an editor holds: one of the parts a plan is made of, half filled in or whole. */
export type Draft =
  | { of: "measure"; agg: string; column: string; percent: string; needs?: "number" | "date" }
  | { of: "dimension"; column: string; cut: string }
  | { of: "condition"; condition: ConditionDraft }
  | { of: "order"; by: string; direction: "asc" | "desc"; keeps: boolean }
  | { of: "limit"; rows: string };

const isNumber = (type: string): boolean => type === "integer" || type === "decimal";
export const isDate = (type: string): boolean => type === "date" || type === "timestamp";

const asText = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);

/** The fields of a condition as it stands in the plan. */
export function conditionDraft(now: Schemas["ComparedNow"]): ConditionDraft {
  const list = Array.isArray(now.value) ? now.value.map(asText) : [];
  const period = now.period;
  const kind: PeriodKind = !period
    ? "dates"
    : period.last
      ? "last"
      : period.this
        ? "this"
        : period.previous
          ? "previous"
          : "to_date";
  return {
    column: now.column ?? "",
    output: now.output ?? "",
    left: now.left ?? "",
    type: now.type,
    // A period goes with = too, which means the same.
    op: period ? "between" : now.op,
    value: Array.isArray(now.value) ? (list[0] ?? "") : asText(now.value),
    to: list[1] ?? "",
    list,
    period: kind,
    count: String(period?.last ?? period?.previous ?? 3),
    unit: period?.unit ?? "month",
  };
}

/** The fields for a part as it is now; undefined where it cannot be edited as such. */
export function draftOf(chip: EditChip): Draft | undefined {
  if (chip.measure) {
    const { agg, column, percentile } = chip.measure;
    const percent = String(Math.round((percentile || 0.95) * 10_000) / 100);
    return { of: "measure", agg: agg ?? "count", column: column || ROWS, percent, needs: chip.needs };
  }
  if (chip.dimension) {
    const { column, bucket, part } = chip.dimension;
    return { of: "dimension", column, cut: bucket ? `bucket ${bucket}` : part ? `part ${part}` : "" };
  }
  if (chip.condition) return { of: "condition", condition: conditionDraft(chip.condition) };
  if (chip.order)
    return {
      of: "order",
      by: chip.order.by ?? "",
      direction: chip.order.direction ?? "asc",
      keeps: !chip.order.by,
    };
  return chip.limit ? { of: "limit", rows: String(chip.limit) } : undefined;
}

/** Empty fields for a part that is to be added. */
export function newDraft(kind: AddKind, menu: Menu): Draft {
  switch (kind) {
    case "measure":
      return { of: "measure", agg: "sum", column: "", percent: "95" };
    case "dimension":
      return { of: "dimension", column: "", cut: "" };
    case "order": {
      const by = menu.outputs.find((output) => output.measure) ?? menu.outputs[0];
      return { of: "order", by: by?.name ?? "", direction: by?.measure ? "desc" : "asc", keeps: false };
    }
    case "limit":
      return { of: "limit", rows: "10" };
  }
  const date = kind === "range" ? menu.columns.find((column) => isDate(column.type)) : undefined;
  const condition = conditionDraft({ op: date ? "between" : "=", type: date?.type ?? "text" });
  return {
    of: "condition",
    condition: { ...condition, column: date?.id ?? "", period: date ? "last" : "dates", count: "12" },
  };
}

/** A typed number as JSON; one with more digits than a double keeps goes as text, which the server reads exactly. */
function numberOf(text: string): number | string | undefined {
  const plain = text.trim().replace(/^\+/, "");
  if (!/^-?(\d+\.?\d*|\.\d+)$/.test(plain)) return undefined;
  const digits = plain.replace(/[-.]/g, "").replace(/^0+/, "").length;
  return digits > 15 ? plain : Number(plain);
}

/** A typed value as what the column holds; undefined where it is none yet. */
export function valueOf(type: string, text: string): string | number | boolean | undefined {
  if (isNumber(type)) return numberOf(text);
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  return text.trim() === "" ? undefined : text;
}

const wholeNumber = (text: string): number | undefined => {
  const n = Number(text);
  return text.trim() !== "" && Number.isInteger(n) && n > 0 ? n : undefined;
};

/** Periods that are chosen in one press. */
export const PRESETS: readonly Pick<ConditionDraft, "period" | "unit">[] = (
  ["this", "previous"] as const
).flatMap((period) => (["month", "quarter", "year"] as const).map((unit) => ({ period, unit })));

/** The fields of a period that is chosen in one press. */
export const presetPart = (preset: (typeof PRESETS)[number]): Partial<ConditionDraft> => ({
  op: "between",
  ...preset,
  ...(preset.period === "previous" ? { count: "1" } : {}),
});

export const isPreset = (draft: ConditionDraft, preset: (typeof PRESETS)[number]): boolean =>
  draft.op === "between" &&
  draft.period === preset.period &&
  draft.unit === preset.unit &&
  (draft.period !== "previous" || draft.count.trim() === "1");

function periodOf(draft: ConditionDraft): Condition["period"] {
  const unit = draft.unit;
  if (draft.period === "this") return { unit, this: true };
  if (draft.period === "to_date") return { unit, to_date: true };
  const count = wholeNumber(draft.count);
  if (count === undefined) return undefined;
  return draft.period === "last" ? { unit, last: count } : { unit, previous: count };
}

/** The condition the fields say; undefined while something is missing. */
export function conditionOf(draft: ConditionDraft): Condition | undefined {
  const { column, output, op, type } = draft;
  if (!column && !output && !draft.left) return undefined;
  const left = output ? { output } : column ? { column } : {};
  if (op === "is_null" || op === "not_null") return { ...left, op };
  if (op === "between" && isDate(type) && draft.period !== "dates") {
    const period = periodOf(draft);
    return period && { ...left, op, period };
  }
  if (op === "in" || op === "not_in") {
    const value = draft.list.map((item) => valueOf(type, item)).filter((item) => item !== undefined);
    return value.length === 0 ? undefined : { ...left, op, value };
  }
  const value = valueOf(type, draft.value);
  if (value === undefined) return undefined;
  if (op !== "between") return { ...left, op, value };
  const to = valueOf(type, draft.to);
  return to === undefined ? undefined : { ...left, op, value: [value, to] };
}

/** The edit that the fields say, on the part at path or as a new one; undefined while something is missing. */
export function editOf(draft: Draft, path: string | undefined): PlanEdit | undefined {
  const base = path === undefined ? { action: "add" as const } : { action: "set" as const, path };
  switch (draft.of) {
    case "measure": {
      if (draft.column === "") return undefined;
      if (draft.column === ROWS) return { ...base, measure: { agg: "count" } };
      const agg = draft.agg as NonNullable<Schemas["EditedMeasure"]["agg"]>;
      if (agg !== "percentile") return { ...base, measure: { agg, column: draft.column } };
      const percent = Number(draft.percent);
      if (!(percent > 0 && percent <= 100)) return undefined;
      return { ...base, measure: { agg, column: draft.column, percentile: percent / 100 } };
    }
    case "dimension": {
      if (draft.column === "") return undefined;
      const [how, unit] = draft.cut.split(" ");
      return { ...base, dimension: { column: draft.column, ...(how ? { [how]: unit } : {}) } };
    }
    case "condition": {
      const condition = conditionOf(draft.condition);
      return condition && { ...base, condition };
    }
    case "order":
      if (!draft.by && !draft.keeps) return undefined;
      return { ...base, order: { ...(draft.by ? { by: draft.by } : {}), direction: draft.direction } };
    case "limit": {
      const limit = wholeNumber(draft.rows);
      return limit === undefined ? undefined : { ...base, limit };
    }
  }
}

/** Whether two edits say the same. */
export const sameEdit = (a: PlanEdit | undefined, b: PlanEdit | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** The aggregations of a column, as far as what is computed with them stays possible. */
export function aggsFor(menu: Menu, column: MenuColumn | undefined, needs?: "number" | "date"): string[] {
  if (!column) return [];
  return (menu.types[column.type]?.aggs ?? []).filter((agg) => {
    const type = agg === "min" || agg === "max" ? column.type : "decimal";
    return !needs || (needs === "number" ? isNumber(type) : isDate(type));
  });
}

/** What a change of column leaves of the other fields: what the new column can do. */
export function withColumn(draft: Draft, id: string, menu: Menu): Draft {
  const column = menu.columns.find((one) => one.id === id);
  const options = menu.types[column?.type ?? ""];
  switch (draft.of) {
    case "measure": {
      const aggs = aggsFor(menu, column, draft.needs);
      return { ...draft, column: id, agg: aggs.includes(draft.agg) ? draft.agg : (aggs[0] ?? "count") };
    }
    case "dimension": {
      const [how, unit] = draft.cut.split(" ");
      const can: string[] = (how === "part" ? options?.parts : options?.buckets) ?? [];
      const usual = options?.buckets.includes("month") ? "bucket month" : "";
      return { ...draft, column: id, cut: unit && can.includes(unit) ? draft.cut : usual };
    }
    case "condition": {
      const output = menu.outputs.find((one) => `= ${one.name}` === id);
      const type = output?.type ?? column?.type ?? "text";
      const ops = menu.types[type]?.ops ?? [];
      const keep = ops.includes(draft.condition.op) && type === draft.condition.type;
      return {
        of: "condition",
        condition: {
          ...draft.condition,
          column: output ? "" : id,
          output: output?.name ?? "",
          type,
          op: ops.includes(draft.condition.op) ? draft.condition.op : (ops[0] ?? "not_null"),
          period: isDate(type) && !keep ? "last" : draft.condition.period,
          value: "",
          to: "",
          list: [],
        },
      };
    }
  }
  return draft;
}

/** The operator in words that fit the type. */
export const opText = (op: string, type: string): string =>
  (isDate(type) ? T.dateOps[op] : undefined) ?? T.ops[op] ?? op;

/** Columns by table, those the plan reads first, as far as they fit. */
export function columnGroups(columns: MenuColumn[], fits: (column: MenuColumn) => boolean) {
  const groups: { id: string; via?: string; columns: MenuColumn[] }[] = [];
  for (const column of columns.filter(fits)) {
    const group = groups.find((one) => one.id === column.source);
    if (group) group.columns.push(column);
    else groups.push({ id: column.source, via: column.via, columns: [column] });
  }
  return groups;
}

/**
 * The chip at a path, wherever it is nested. Two limits of a stretch of days are one chip, under the path of either:
 * runs from before they were so have a chip for each.
 */
export function chipAt(chips: EditChip[], path: string): EditChip | undefined {
  for (const chip of chips) {
    const found = chip.path === path || chip.upper === path ? chip : chipAt(chip.parts ?? [], path);
    if (found) return found;
  }
  return undefined;
}

/** One change in words: "region → country", "filter added: status is open". */
export function changeText(change: Change): string {
  if (change.action === "changed") return `${change.before} → ${change.after}`;
  const what = change.kind === "table" ? T.tables : (T.title[change.kind] ?? change.kind).toLowerCase();
  const word = change.action === "added" ? T.addedWord : T.removedWord;
  return `${what} ${word}: ${change.after ?? change.before}`;
}

/** The runs an edited run comes from, itself first: its versions, the newest first. */
export function versions(id: string, parentOf: (id: string) => string | undefined): string[] {
  const chain = [id];
  for (let at = parentOf(id); at !== undefined && !chain.includes(at); at = parentOf(at)) chain.push(at);
  return chain;
}
