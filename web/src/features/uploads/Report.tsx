import { useQueryClient } from "@tanstack/react-query";
import { ChevronRight, RotateCw } from "lucide-react";
import { useState } from "react";
import { uploadApi } from "./api";
import { formatCount } from "../../lib/format";
import { faultOf } from "../../lib/http";
import type { Fault, FileReport } from "../../lib/protocol";
import { Button } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { refreshDatasets } from "../datasets/queries";
import { allOptions, draftOf, sameOptions, TYPES, type ColumnChoice, type Draft } from "./options";
import { useReport, type ReportedDataset } from "./useReport";
import { text } from "../../text";
import { uploadText as T } from "../../text/uploads";

/**
 * How each file was read, and the ways to have it read differently for those who may. On a page it has the page's
 * headings.
 */
export function Report({ dataset, page = false }: { dataset: ReportedDataset; page?: boolean }) {
  const client = useQueryClient();
  const report = useReport(dataset);
  const [drafts, setDrafts] = useState<Record<string, Draft>>({});
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState(false);
  if (report.isPending) return <p className="late text-sm text-ink-3">{text.loading}</p>;
  if (report.isError)
    return <Notice tone="bad" title={faultOf(report.error).message || text.net.unreachable} />;
  const files = report.data.files;
  if (files.length === 0) return null;
  const options = allOptions(files, drafts);
  const changed = !sameOptions(options, allOptions(files, {}));
  const prepare = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      await uploadApi.reread(dataset.id, options);
      await Promise.all([
        ...["dataset", "versions"].map((key) => client.invalidateQueries({ queryKey: [key, dataset.id] })),
        refreshDatasets(client),
      ]);
    } catch (error) {
      setFault(faultOf(error));
    } finally {
      setBusy(false);
    }
  };
  const mayReread = report.data.may_reread;
  return (
    <section aria-label={T.report} className="space-y-3">
      {page ? (
        <h2 className="text-lg font-semibold">{T.report}</h2>
      ) : (
        <h3 className="text-sm font-semibold">{T.report}</h3>
      )}
      {files.map((one, at) => (
        <FileCard
          key={one.table}
          report={one}
          open={at === 0 && !page}
          fixed={!mayReread}
          draft={drafts[one.table] ?? draftOf(one)}
          onDraft={(draft) => setDrafts({ ...drafts, [one.table]: draft })}
        />
      ))}
      {fault && <Notice live tone="bad" title={fault.message || text.net.unreachable} hint={fault.hint} />}
      {changed && (
        <Button kind="outline" isDisabled={busy} onPress={() => void prepare()}>
          <RotateCw size={14} aria-hidden />
          {T.prepareAgain}
        </Button>
      )}
    </section>
  );
}

interface CardProps {
  report: FileReport;
  open: boolean;
  /** The reader may not have it read differently. */
  fixed: boolean;
  draft: Draft;
  onDraft: (draft: Draft) => void;
}

const WORDS = (report: FileReport): string =>
  [
    report.format.toUpperCase(),
    report.compression,
    report.encoding,
    report.delimiter ? (T.delimiters[report.delimiter] ?? report.delimiter) : undefined,
    report.sheet,
  ]
    .filter(Boolean)
    .join(", ");

function FileCard({ report, open, fixed, draft, onDraft }: CardProps) {
  return (
    <details open={open} className="group rounded-md border border-line">
      <summary className="flex cursor-default list-none items-start gap-2 px-3 py-2 hover:bg-sunken">
        <ChevronRight
          size={15}
          aria-hidden
          className="mt-1 shrink-0 text-ink-3 transition-transform group-open:rotate-90"
        />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium">{report.file}</span>
          <span className="num block text-xs text-ink-2">
            {T.kept(report.kept, report.rejected)}. {WORDS(report)}
          </span>
        </span>
      </summary>
      <div className="space-y-3 border-t border-line p-3">
        {report.notes.length > 0 && (
          <ul className="list-disc space-y-1 pl-5 text-sm text-ink-2">
            {report.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
        {report.rejects.length > 0 && <Rejects report={report} />}
        <Columns report={report} fixed={fixed} draft={draft} onDraft={onDraft} />
        {report.format === "csv" && <Dialect report={report} fixed={fixed} draft={draft} onDraft={onDraft} />}
      </div>
    </details>
  );
}

function Rejects({ report }: { report: FileReport }) {
  const more = report.rejected - report.rejects.length;
  return (
    <div
      role="region"
      aria-label={T.rejects}
      tabIndex={0}
      className="max-h-40 overflow-auto rounded-md border border-rej/40 bg-rej-soft p-2"
    >
      <table className="w-full text-left text-xs">
        <caption className="pb-1 text-left font-medium">{T.rejects}</caption>
        <thead className="text-ink-2">
          <tr>
            <th scope="col" className="pr-3 font-medium">
              {T.columnLine}
            </th>
            <th scope="col" className="font-medium">
              {T.columnReason}
            </th>
          </tr>
        </thead>
        <tbody>
          {report.rejects.map((one, at) => (
            <tr key={`${one.line} ${at}`} className="align-top">
              <td className="num pr-3">{formatCount(one.line)}</td>
              <td>
                {one.column ? `${one.column}: ` : ""}
                {one.message}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="num pt-1 text-xs text-ink-2">{T.rejectedMore(more)}</p>}
    </div>
  );
}

const SELECT =
  "min-h-7 w-full min-w-0 rounded-sm border border-line-strong bg-surface px-1.5 text-xs text-ink";

function Columns({ report, fixed, draft, onDraft }: Omit<CardProps, "open">) {
  return (
    <div
      role="region"
      aria-label={`${report.file}: ${T.columnName}`}
      tabIndex={0}
      className="max-h-72 overflow-auto"
    >
      <table className="w-full text-left text-xs">
        <thead className="sticky top-0 bg-surface text-ink-2">
          <tr>
            <th scope="col" className="py-1 pr-3 font-medium">
              {T.columnName}
            </th>
            <th scope="col" className="w-44 py-1 pr-3 font-medium">
              {T.columnType}
            </th>
            <th scope="col" className="py-1 pr-3 text-right font-medium max-sm:hidden">
              {T.columnNulls}
            </th>
            <th scope="col" className="py-1 text-right font-medium">
              {T.columnFailed}
            </th>
          </tr>
        </thead>
        <tbody>
          {report.columns.map((column) => (
            <tr key={column.source} className="border-t border-line">
              <th scope="row" className="max-w-40 truncate py-1 pr-3 font-mono font-normal">
                {column.source}
              </th>
              <td className="py-1 pr-3">
                <select
                  aria-label={T.typeOf(column.source)}
                  disabled={fixed}
                  value={draft.types[column.source] ?? ""}
                  onChange={(event) =>
                    onDraft({
                      ...draft,
                      types: { ...draft.types, [column.source]: event.currentTarget.value as ColumnChoice },
                    })
                  }
                  className={SELECT}
                >
                  <option value="">{T.keepType(column.type)}</option>
                  {TYPES.map((type) => (
                    <option key={type} value={type}>
                      {type}
                    </option>
                  ))}
                  <option value="drop">{T.leaveOut}</option>
                </select>
              </td>
              <td className="num py-1 pr-3 text-right text-ink-2 max-sm:hidden">
                {formatCount(column.nulls)}
              </td>
              <td className={`num py-1 text-right ${column.failed > 0 ? "text-rej" : "text-ink-2"}`}>
                {formatCount(column.failed)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The ways to read a text file, where what was found is wrong. */
function Dialect({ report, fixed, draft, onDraft }: Omit<CardProps, "open">) {
  const set = (patch: Partial<Draft>) => onDraft({ ...draft, ...patch });
  const found = T.delimiters[report.delimiter ?? ""] ?? report.delimiter ?? "";
  return (
    <fieldset disabled={fixed} className="grid grid-cols-2 items-end gap-3 sm:grid-cols-3">
      <legend className="mb-1.5 text-sm font-medium">{T.readAs}</legend>
      <Choice
        label={T.delimiter}
        value={draft.delimiter}
        found={T.found(found)}
        choices={T.delimiters}
        onChange={(delimiter) => set({ delimiter })}
      />
      <Words
        label={T.header}
        value={draft.header}
        hint={report.header_line === 0 ? T.noHeader : T.found(String(report.header_line))}
        numeric
        onChange={(header) => set({ header })}
      />
      <Words
        label={T.encoding}
        value={draft.encoding}
        hint={T.found(report.encoding ?? "")}
        onChange={(encoding) => set({ encoding })}
      />
      <Choice
        label={T.dateOrder}
        value={draft.date_order}
        found={T.found("")}
        choices={T.dateOrders}
        onChange={(date_order) => set({ date_order: date_order as Draft["date_order"] })}
      />
      <Choice
        label={T.decimal}
        value={draft.decimal}
        found={T.found("")}
        choices={T.decimals}
        onChange={(decimal) => set({ decimal: decimal as Draft["decimal"] })}
      />
    </fieldset>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  found: string;
  choices: Record<string, string>;
  onChange: (value: string) => void;
}

function Choice({ label, value, found, choices, onChange }: ChoiceProps) {
  return (
    <label className="min-w-0 space-y-1 text-xs text-ink-2">
      <span className="block">{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)} className={SELECT}>
        <option value="">{found}</option>
        {Object.entries(choices).map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface WordsProps {
  label: string;
  value: string;
  hint: string;
  numeric?: boolean;
  onChange: (value: string) => void;
}

function Words({ label, value, hint, numeric = false, onChange }: WordsProps) {
  return (
    <label className="min-w-0 space-y-1 text-xs text-ink-2">
      <span className="block">{label}</span>
      <input
        value={value}
        placeholder={hint}
        inputMode={numeric ? "numeric" : "text"}
        maxLength={40}
        onChange={(event) => onChange(event.currentTarget.value)}
        className={SELECT}
      />
    </label>
  );
}
