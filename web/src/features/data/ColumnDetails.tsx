import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { formatCount } from "../../lib/format";
import { faultOf } from "../../lib/http";
import { dataText } from "../../text/data";
import { Button } from "../../ui/Button";
import { EditText, Words } from "./EditText";
import { range, showValue, splitWords } from "./profile";
import { BigSpread } from "./Spread";
import type { TableColumn } from "./queries";
import type { TableChange } from "./Tables";

type ColumnChange = Omit<NonNullable<TableChange["columns"]>[number], "name">;

/** How many of the listed values are shown. */
const SHOWN = 10;

interface Props {
  column: TableColumn;
  rows: number;
  onChange?: (change: ColumnChange) => Promise<void>;
}

/** All that is known of a column, and what people say about it. */
export function ColumnDetails({ column, rows, onChange }: Props) {
  const words = dataText.column;
  return (
    <div className="grid gap-x-8 gap-y-4 lg:grid-cols-2">
      <dl className="min-w-0 content-start space-y-2 text-sm">
        <Row name={words.description}>
          <EditText
            what={`${words.description}: ${column.name}`}
            value={column.description ?? ""}
            lines
            onSave={onChange && ((description) => onChange({ description }))}
          >
            {column.description || (
              <span className="text-ink-3">{onChange ? words.addDescription : dataText.none}</span>
            )}
          </EditText>
        </Row>
        <Row name={words.synonyms}>
          <EditText
            what={`${words.synonyms}: ${column.name}`}
            value={(column.synonyms ?? []).join(", ")}
            hint={dataText.table.synonymsHint}
            onSave={onChange && ((text) => onChange({ synonyms: splitWords(text) }))}
          >
            <Words words={column.synonyms} none={words.noSynonyms} />
          </EditText>
        </Row>
        <Row name={words.unit}>
          <EditText
            what={`${words.unit}: ${column.name}`}
            value={column.unit ?? ""}
            onSave={onChange && ((unit) => onChange({ unit }))}
          >
            {column.unit || <span className="text-ink-3">{words.noUnit}</span>}
          </EditText>
        </Row>
        <Row name={words.stored}>
          <span className="block py-1 font-mono text-xs leading-5">{column.engine_type}</span>
        </Row>
        {column.profile && (
          <Row name={dataText.table.range}>
            <span className="num block py-1">
              {range(column) || dataText.none}
              <span className="block text-xs text-ink-3">{words.nullsOf(column.profile.nulls, rows)}</span>
            </span>
          </Row>
        )}
        {onChange && <Hide column={column} onChange={onChange} />}
      </dl>
      <div className="min-w-0 space-y-4">
        {column.type === "text" ? (
          <>
            <TopValues column={column} rows={rows} />
            <BigSpread column={column} />
          </>
        ) : (
          <>
            <BigSpread column={column} />
            <TopValues column={column} rows={rows} />
          </>
        )}
      </div>
    </div>
  );
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="grid gap-x-3 sm:grid-cols-[8.5rem_minmax(0,1fr)]">
      <dt className="py-1 text-ink-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

function Hide({
  column,
  onChange,
}: {
  column: TableColumn;
  onChange: (change: ColumnChange) => Promise<void>;
}) {
  const words = dataText.column;
  const [failed, setFailed] = useState("");
  const toggle = () =>
    onChange({ hidden: !column.hidden }).then(
      () => setFailed(""),
      (error: unknown) => setFailed(faultOf(error).message),
    );
  return (
    <Row name={column.hidden ? words.hidden : words.visible}>
      <Button onPress={() => void toggle()}>
        {column.hidden ? <Eye size={15} aria-hidden /> : <EyeOff size={15} aria-hidden />}
        {column.hidden ? words.unhide : words.hide}
      </Button>
      <p className="mt-1 text-xs text-ink-3">{words.hideHint}</p>
      {failed && (
        <p role="alert" className="text-sm text-bad">
          {failed}
        </p>
      )}
    </Row>
  );
}

function TopValues({ column, rows }: { column: TableColumn; rows: number }) {
  const words = dataText.column;
  const top = column.profile?.top ?? [];
  if (top.length === 0) {
    return column.profile?.distinct ? <p className="text-sm text-ink-3">{words.noTop}</p> : null;
  }
  const most = Math.max(...top.map((one) => one.count));
  const all = column.profile?.complete === true && top.length <= SHOWN;
  return (
    <table className="w-full max-w-md text-sm">
      <caption className="pb-1.5 text-left text-xs text-ink-3">{all ? words.topAll : words.top}</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">{words.value}</th>
          <th scope="col">{words.count}</th>
        </tr>
      </thead>
      <tbody>
        {top.slice(0, SHOWN).map((one) => (
          <tr key={one.value}>
            <td className="relative w-full max-w-0 truncate px-2 py-0.5" title={one.value}>
              <span
                aria-hidden
                className="absolute inset-y-px left-0 rounded-sm bg-accent-soft"
                style={{ width: `${(100 * one.count) / most}%` }}
              />
              <span className="relative">{showValue(column, one.value)}</span>
            </td>
            <td
              className="num py-0.5 pl-3 text-right text-ink-2"
              title={`${formatCount(one.count)} / ${formatCount(rows)}`}
            >
              {formatCount(one.count)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
