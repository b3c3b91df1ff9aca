import { ChevronDown, Plus, X } from "lucide-react";
import { useId, useState } from "react";
import {
  Button as AriaButton,
  Collection,
  ComboBox,
  Header,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Popover,
} from "react-aria-components";
import { Button } from "../../ui/Button";
import { chipText as T } from "../../text/chips";
import { columnGroups, isDate, type Menu, type MenuColumn } from "./draft";
import { useValues } from "./queries";

const LABEL = "block text-xs font-medium text-ink-2";
const BOX =
  "control w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink placeholder:text-ink-3";
const LIST =
  "rise z-60 w-(--trigger-width) min-w-64 max-w-[calc(100vw-2rem)] overflow-y-auto rounded-md border border-line-strong bg-surface p-1 shadow-lg";
const ITEM =
  "flex cursor-default items-baseline justify-between gap-3 rounded-sm px-2 py-1.5 text-sm outline-none data-focused:bg-accent-soft data-selected:font-medium";

/** A choice among a few. The browser's own control: it works with every keyboard, finger and screen reader. */
export function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: [value: string, label: string][];
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="min-w-0 flex-1 space-y-1">
      <label htmlFor={id} className={LABEL}>
        {label}
      </label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)} className={BOX}>
        {options.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A line of text, a number or a date. */
export function Field({
  label,
  value,
  type = "text",
  onChange,
}: {
  label: string;
  value: string;
  type?: "text" | "date" | "number";
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="min-w-0 flex-1 space-y-1">
      <label htmlFor={id} className={LABEL}>
        {label}
      </label>
      <input
        id={id}
        value={value}
        type={type === "date" ? "date" : "text"}
        inputMode={type === "number" ? "decimal" : undefined}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        className={BOX}
      />
    </div>
  );
}

interface Group {
  id: string;
  name: string;
  items: { id: string; name: string; note?: string }[];
}

/** Picks a column: typing searches, the list is by table. */
export function ColumnPicker({
  label,
  menu,
  value,
  fits,
  first,
  onChange,
}: {
  label: string;
  menu: Menu;
  value: string;
  fits: (column: MenuColumn) => boolean;
  /** What can be picked besides columns, above them. */
  first?: Group;
  onChange: (id: string) => void;
}) {
  const groups: Group[] = columnGroups(menu.columns, fits).map((group) => ({
    id: group.id,
    name: group.via ? `${group.id}, ${T.lookedUp(group.via)}` : group.id,
    items: group.columns.map((column) => ({
      id: column.id,
      name: column.name,
      note: column.unit ?? column.type,
    })),
  }));
  const all = first && first.items.length > 0 ? [first, ...groups] : groups;
  const chosen = all.flatMap((group) => group.items).find((item) => item.id === value)?.name;
  return (
    <ComboBox
      className="min-w-0 flex-1 space-y-1"
      defaultItems={all}
      selectedKey={value || null}
      onSelectionChange={(key) => key !== null && onChange(String(key))}
      menuTrigger="focus"
    >
      <Label className={LABEL}>{label}</Label>
      <div className="relative">
        <Input
          placeholder={T.columnPlaceholder}
          className={`${BOX} pr-8`}
          onFocus={({ currentTarget: field }) => {
            // What is being typed stays, where the focus comes back to it.
            if (field.value === chosen) field.select();
          }}
        />
        <AriaButton className="absolute inset-y-0 right-0 flex w-8 items-center justify-center text-ink-3">
          <ChevronDown size={14} aria-hidden />
        </AriaButton>
      </div>
      <Popover className={LIST}>
        <section aria-label={label}>
          <ListBox
            className="max-h-64 outline-none"
            renderEmptyState={() => <p className="px-2 py-1.5 text-sm text-ink-3">{T.noColumn}</p>}
          >
            {(group: Group) => (
              <ListBoxSection id={`group ${group.id}`}>
                <Header className="truncate px-2 pt-2 pb-1 text-xs font-semibold text-ink-3">
                  {group.name}
                </Header>
                <Collection items={group.items}>
                  {(item) => (
                    <ListBoxItem id={item.id} textValue={item.name} className={ITEM}>
                      <span className="min-w-0 truncate">{item.name}</span>
                      {item.note && <span className="shrink-0 text-xs text-ink-3">{item.note}</span>}
                    </ListBoxItem>
                  )}
                </Collection>
              </ListBoxSection>
            )}
          </ListBox>
        </section>
      </Popover>
    </ComboBox>
  );
}

/** Types a value, with the column's known values to pick from. */
export function ValueField({
  label,
  value,
  column,
  datasetId,
  onChange,
}: {
  label: string;
  value: string;
  column: MenuColumn | undefined;
  datasetId: string;
  onChange: (value: string) => void;
}) {
  const [searched, setSearched] = useState("");
  const values = useValues(datasetId, column, searched);
  if (column?.values !== true || isDate(column.type))
    return <Field label={label} value={value} onChange={onChange} />;
  const known = values.data;
  return (
    <div className="min-w-0 flex-1 space-y-1">
      <ComboBox
        className="space-y-1"
        items={(known?.values ?? []).map((one) => ({ id: one.value, count: one.count }))}
        inputValue={value}
        onInputChange={(text) => {
          onChange(text);
          setSearched(text);
        }}
        onOpenChange={(open) => open && setSearched("")}
        allowsCustomValue
        menuTrigger="focus"
        allowsEmptyCollection
      >
        <Label className={LABEL}>{label}</Label>
        <div className="relative">
          <Input className={`${BOX} pr-8`} />
          <AriaButton className="absolute inset-y-0 right-0 flex w-8 items-center justify-center text-ink-3">
            <ChevronDown size={14} aria-hidden />
          </AriaButton>
        </div>
        <Popover className={LIST}>
          <section aria-label={label}>
            <ListBox
              className="max-h-56 outline-none"
              renderEmptyState={() => <p className="px-2 py-1.5 text-sm text-ink-3">{T.noValues}</p>}
            >
              {(item: { id: string; count: number }) => (
                <ListBoxItem id={item.id} textValue={item.id} className={ITEM}>
                  <span className="min-w-0 truncate">{item.id}</span>
                  <span className="num shrink-0 text-xs text-ink-3">{item.count.toLocaleString("en")}</span>
                </ListBoxItem>
              )}
            </ListBox>
          </section>
        </Popover>
      </ComboBox>
      {known && known.known < known.distinct && (
        <p className="text-xs text-ink-3">{T.most(known.known, known.distinct)}</p>
      )}
    </div>
  );
}

/** Several values: those there are, and a field for the next. */
export function ValueList({
  list,
  column,
  datasetId,
  onChange,
}: {
  list: string[];
  column: MenuColumn | undefined;
  datasetId: string;
  onChange: (list: string[]) => void;
}) {
  const [next, setNext] = useState("");
  const add = () => {
    if (next.trim() !== "" && !list.includes(next)) onChange([...list, next]);
    setNext("");
  };
  return (
    <div className="space-y-2">
      {list.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {list.map((value) => (
            <li
              key={value}
              className="inline-flex max-w-full items-center gap-1 rounded-md bg-sunken py-0.5 pr-0.5 pl-2 text-sm"
            >
              <span className="truncate">{value}</span>
              <AriaButton
                aria-label={T.dropValue(value)}
                className="flex size-6 items-center justify-center rounded-sm text-ink-3 hover:text-ink"
                onPress={() => onChange(list.filter((other) => other !== value))}
              >
                <X size={13} aria-hidden />
              </AriaButton>
            </li>
          ))}
        </ul>
      )}
      <div className="flex items-end gap-2">
        <ValueField
          label={T.addValue}
          value={next}
          column={column}
          datasetId={datasetId}
          onChange={setNext}
        />
        <Button onPress={add} aria-label={T.addValue} className="px-2" isDisabled={next.trim() === ""}>
          <Plus size={15} aria-hidden />
        </Button>
      </div>
    </div>
  );
}
