import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, Trash2 } from "lucide-react";
import { useState, type ReactNode, type RefObject } from "react";
import { Button as AriaButton, Dialog, Heading, Popover } from "react-aria-components";
import { faultOf } from "../../lib/http";
import { Button, IconButton } from "../../ui/Button";
import { chipText as T } from "../../text/chips";
import {
  changeText,
  chipAt,
  draftOf,
  editOf,
  newDraft,
  sameEdit,
  type AddKind,
  type Draft,
  type EditChip,
  type Menu,
  type PlanEdit,
  type Preview,
} from "./draft";
import { Editor } from "./editors";
import { menuQuery, usePreview, type EditedPlan } from "./queries";

interface Props {
  of: EditedPlan;
  /** The part that is edited; undefined adds one. */
  path: string | undefined;
  trigger: RefObject<HTMLElement | null>;
  onClose: () => void;
  /** Runs the plan that was made. */
  onApply: (plan: Preview["plan"]) => void;
}

/** Edits one part of an interpretation, where it stands. */
export default function ChipPopover({ of, path, trigger, onClose, onApply }: Props) {
  return (
    <Popover
      triggerRef={trigger}
      isOpen
      onOpenChange={(open) => !open && onClose()}
      placement="bottom start"
      offset={6}
      className="rise z-50 w-92 max-w-[calc(100vw-1.5rem)] max-sm:fixed! max-sm:top-auto! max-sm:right-3! max-sm:bottom-3! max-sm:left-3! max-sm:w-auto max-sm:max-h-[calc(100dvh-1.5rem)]! overflow-y-auto rounded-lg border border-line-strong bg-surface shadow-lg"
    >
      <Dialog className="p-4 outline-none">
        <Loaded of={of} path={path} onApply={onApply} onClose={onClose} />
      </Dialog>
    </Popover>
  );
}

function Loaded({ of, path, onApply, onClose }: Omit<Props, "trigger">) {
  const menu = useQuery(menuQuery(of));
  // Where the person is: a part, a piece of it, or a new part of some kind.
  const [trail, setTrail] = useState<{ path?: string; kind?: AddKind }[]>(
    path === undefined ? [] : [{ path }],
  );
  const here = trail.at(-1);
  if (menu.isError)
    return (
      <Sheet title={T.failed}>
        <Refusal error={menu.error} />
        <Button onPress={() => void menu.refetch()}>{T.retry}</Button>
      </Sheet>
    );
  if (!menu.data)
    return (
      <Sheet title={T.loading}>
        <div aria-hidden className="late h-24 rounded-md bg-sunken" />
      </Sheet>
    );
  const chip = here?.path === undefined ? undefined : chipAt(menu.data.chips, here.path);
  const back = trail.length > (path === undefined ? 0 : 1) ? () => setTrail(trail.slice(0, -1)) : undefined;
  if (!here) return <Kinds menu={menu.data} onPick={(kind) => setTrail([{ kind }])} />;
  return (
    <Part
      key={here.path ?? here.kind}
      of={of}
      menu={menu.data}
      chip={chip}
      kind={here.kind}
      onBack={back}
      onOpen={(inner) => setTrail([...trail, { path: inner }])}
      onApply={(plan) => {
        onClose();
        onApply(plan);
      }}
    />
  );
}

function Sheet({ title, onBack, children }: { title: string; onBack?: () => void; children: ReactNode }) {
  return (
    <div className="space-y-3">
      <div className="flex items-center gap-1">
        {onBack && (
          <IconButton label={T.back} onPress={onBack} className="-ml-2">
            <ChevronLeft size={16} aria-hidden />
          </IconButton>
        )}
        <Heading slot="title" className="text-sm font-semibold">
          {title}
        </Heading>
      </div>
      {children}
    </div>
  );
}

const ROW =
  "flex w-full min-h-8 items-center justify-between gap-2 rounded-md px-2 py-1.5 text-left text-sm transition-colors hover:bg-sunken";

/** What can be added. */
function Kinds({ menu, onPick }: { menu: Menu; onPick: (kind: AddKind) => void }) {
  const name = (kind: AddKind) => (kind === "dimension" && !menu.grouped ? T.kinds.column : T.kinds[kind]);
  return (
    <Sheet title={T.addWhat}>
      <ul className="-mx-2">
        {menu.add.map((kind) => (
          <li key={kind}>
            <AriaButton className={ROW} onPress={() => onPick(kind)}>
              {name(kind)}
              <ChevronRight size={14} aria-hidden className="shrink-0 text-ink-3" />
            </AriaButton>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

function Part({
  of,
  menu,
  chip,
  kind,
  onBack,
  onOpen,
  onApply,
}: {
  of: EditedPlan;
  menu: Menu;
  chip: EditChip | undefined;
  kind: AddKind | undefined;
  onBack?: () => void;
  onOpen: (path: string) => void;
  onApply: (plan: Preview["plan"]) => void;
}) {
  const [draft, setDraft] = useState<Draft | undefined>(() =>
    chip ? draftOf(chip) : kind && newDraft(kind, menu),
  );
  const [removing, setRemoving] = useState(false);
  const before = chip && draftOf(chip);
  const said = draft && editOf(draft, chip?.path);
  const unchanged = before !== undefined && sameEdit(said, editOf(before, chip?.path));
  const edit: PlanEdit | undefined =
    removing && chip ? { action: "remove", path: chip.path } : unchanged ? undefined : said;
  const preview = usePreview(of, edit);
  const shown = preview.current ? preview.data : undefined;
  const ready = shown !== undefined;
  const listed = kind === "dimension" && !menu.grouped ? "column" : (chip?.kind ?? kind ?? "");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onApply(shown.plan);
      }}
    >
      <Sheet title={chip && !draft ? chip.label : (T.title[listed] ?? listed)} onBack={onBack}>
        {draft && !removing && (
          <Editor
            menu={menu}
            draft={draft}
            adding={chip === undefined}
            datasetId={of.datasetId}
            onChange={setDraft}
          />
        )}
        {removing && <p className="text-sm text-ink-2 line-through">{chip?.label}</p>}
        {!draft && chip?.fixed && <p className="text-sm text-ink-2">{chip.fixed}</p>}
        {!removing && <Parts parts={chip?.parts ?? []} onOpen={onOpen} />}
        <Outlook
          preview={shown}
          error={preview.current ? preview.error : null}
          waiting={edit !== undefined}
        />
        <div className="flex items-center gap-2 pt-1">
          {(draft || removing) && (
            <Button kind="solid" type="submit" isDisabled={!ready}>
              {T.apply}
            </Button>
          )}
          {removing && <Button onPress={() => setRemoving(false)}>{T.back}</Button>}
          {chip?.removable && !removing && (
            <Button kind="quiet" className="ml-auto" onPress={() => setRemoving(true)}>
              <Trash2 size={14} aria-hidden />
              {T.remove}
            </Button>
          )}
        </div>
      </Sheet>
    </form>
  );
}

/** Pieces of a part that are edited one by one. */
function Parts({ parts, onOpen }: { parts: EditChip[]; onOpen: (path: string) => void }) {
  if (parts.length === 0) return null;
  return (
    <section className="space-y-1">
      <h3 className="text-xs font-medium text-ink-2">{T.parts}</h3>
      <ul className="-mx-2">
        {parts.map((part) => (
          <li key={part.path}>
            <AriaButton className={ROW} onPress={() => onOpen(part.path)}>
              <span className="min-w-0 [overflow-wrap:anywhere]">{part.label}</span>
              <ChevronRight size={14} aria-hidden className="shrink-0 text-ink-3" />
            </AriaButton>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the edit would compute, or why it cannot. */
function Outlook({
  preview,
  error,
  waiting,
}: {
  preview: Preview | undefined;
  error: unknown;
  waiting: boolean;
}) {
  return (
    <div aria-live="polite" className="min-h-12 rounded-md bg-sunken px-3 py-2 text-sm text-ink-2">
      {error ? (
        <Refusal error={error} />
      ) : preview ? (
        <div className="space-y-1.5">
          <p className="text-xs font-medium">{preview.changes.map(changeText).join("; ")}</p>
          <p className="text-ink">
            <span className="sr-only">{T.will}: </span>
            {preview.sentence}
          </p>
          {preview.notes.length > 0 && (
            <ul className="list-disc space-y-0.5 pl-4 text-xs">
              {preview.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          )}
        </div>
      ) : (
        <p>{waiting ? T.previewing : T.unchanged}</p>
      )}
    </div>
  );
}

function Refusal({ error }: { error: unknown }) {
  const fault = faultOf(error);
  return (
    <div role="alert" className="text-sm">
      <p className="font-medium text-bad">{fault.message || T.failed}</p>
      {fault.hint && <p className="text-ink-2">{fault.hint}</p>}
    </div>
  );
}
