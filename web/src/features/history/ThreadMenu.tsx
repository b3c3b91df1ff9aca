import { useMutation, useQueryClient } from "@tanstack/react-query";
import { EllipsisVertical, Pencil, Trash2 } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { Button as AriaButton, Form, Input, Label, Popover, Text, TextField } from "react-aria-components";
import { api } from "../../lib/api";
import { faultOf } from "../../lib/http";
import type { Thread } from "../../lib/protocol";
import { tellTabs } from "../../lib/tabs";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Overlay";
import { text } from "../../text";
import { threadsText as T } from "../../text/threads";

const ITEM =
  "flex w-full cursor-default items-center gap-2 rounded-sm px-2.5 py-1.5 text-sm -outline-offset-2 hover:bg-sunken focus:bg-sunken pointer-coarse:min-h-11";

const CHOICES = ["rename", "remove"] as const;
type Choice = (typeof CHOICES)[number];

/** How long an undo is offered. */
const UNDO_MS = 12_000;

/** What can be done with a conversation, and the dialogs that do it. */
export function ThreadMenu({ thread, onRemoved }: { thread: Thread; onRemoved: () => void }) {
  const trigger = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [doing, setDoing] = useState<Choice>();
  const close = () => setDoing(undefined);
  const chosen = useRef<Choice>(undefined);
  const choose = (choice: Choice) => {
    chosen.current = choice;
    setOpen(false);
  };
  // The menu gives the focus back in the frame after it is gone. A dialog that
  // opened before would lose it.
  const gone = () => {
    const choice = chosen.current;
    chosen.current = undefined;
    if (choice) requestAnimationFrame(() => setDoing(choice));
  };
  return (
    <>
      <AriaButton
        ref={trigger}
        aria-label={T.menu(thread.title)}
        aria-haspopup="menu"
        aria-expanded={open}
        onPress={() => setOpen(true)}
        className="mt-1 mr-1 flex size-7 shrink-0 items-center justify-center rounded-md text-ink-3 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 hover:bg-surface hover:text-ink aria-expanded:opacity-100 pointer-coarse:size-11 pointer-coarse:opacity-100"
      >
        <EllipsisVertical size={15} aria-hidden />
      </AriaButton>
      <Popover
        aria-label={T.menu(thread.title)}
        triggerRef={trigger}
        isOpen={open}
        onOpenChange={setOpen}
        placement="bottom end"
        className="min-w-36 rounded-md border border-line bg-surface p-1 shadow-sm"
      >
        <Choices label={T.menu(thread.title)} onChoose={choose} onGone={gone} />
      </Popover>
      {doing === "rename" && <RenameDialog thread={thread} onClose={close} />}
      {doing === "remove" && <RemoveDialog thread={thread} onClose={close} onRemoved={onRemoved} />}
    </>
  );
}

/** The menu itself: arrows move, Enter chooses, Tab and Esc leave. */
function Choices({
  label,
  onChoose,
  onGone,
}: {
  label: string;
  onChoose: (choice: Choice) => void;
  onGone: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const items = () => [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  useEffect(() => items()[0]?.focus(), []);
  const told = useRef(onGone);
  useEffect(() => () => told.current(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const choice = CHOICES[at];
    if (choice && (event.key === "Enter" || event.key === " ")) {
      // The click the browser makes of a key is taken for a screen reader's, and the dialog that opens
      // would then leave the focus where it happens to be.
      event.preventDefault();
      if (!event.repeat) onChoose(choice);
      return;
    }
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length)?.focus();
  };
  return (
    <div
      ref={box}
      role="menu"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      className="outline-none"
    >
      <button type="button" role="menuitem" tabIndex={-1} className={ITEM} onClick={() => onChoose("rename")}>
        <Pencil size={14} aria-hidden />
        {T.rename}
      </button>
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        className={`${ITEM} text-bad`}
        onClick={() => onChoose("remove")}
      >
        <Trash2 size={14} aria-hidden />
        {T.remove}
      </button>
    </div>
  );
}

/** Changes a conversation and asks for the lists again. */
function useLabel(id: string, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: { title?: string; deleted?: boolean }) => api.labelThread(id, change),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["threads"] });
      void client.invalidateQueries({ queryKey: ["runs"] });
      tellTabs();
      void client.invalidateQueries({ queryKey: ["thread-context", id] });
      done();
    },
  });
}

function Refused({ error }: { error: unknown }) {
  const fault = faultOf(error);
  return (
    <p role="alert" className="text-sm text-bad">
      {fault.message || text.net.unreachable} {fault.hint}
    </p>
  );
}

function RenameDialog({ thread, onClose }: { thread: Thread; onClose: () => void }) {
  const [title, setTitle] = useState(thread.title);
  const label = useLabel(thread.thread_id, onClose);
  return (
    <Dialog title={T.renameTitle} onClose={onClose}>
      <Form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          label.mutate({ title });
        }}
      >
        <TextField value={title} onChange={setTitle} maxLength={200} className="space-y-1">
          <Label className="text-sm font-medium">{T.title}</Label>
          <Input
            data-first
            className="control w-full rounded-md border border-line-strong bg-surface px-3 text-base"
          />
          <Text slot="description" className="block text-sm text-ink-3">
            {T.titleHint}
          </Text>
        </TextField>
        {label.isError && <Refused error={label.error} />}
        <div className="flex justify-end gap-2">
          <Button onPress={onClose}>{T.cancel}</Button>
          <Button kind="solid" type="submit" isDisabled={label.isPending}>
            {label.isPending ? T.busy : T.save}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

function RemoveDialog({
  thread,
  onClose,
  onRemoved,
}: {
  thread: Thread;
  onClose: () => void;
  onRemoved: () => void;
}) {
  const label = useLabel(thread.thread_id, () => {
    onClose();
    onRemoved();
  });
  return (
    <Dialog title={T.removeTitle} onClose={onClose}>
      <p>{T.removeIntro(thread.title)}</p>
      <p className="text-sm text-ink-2">{T.removeKept}</p>
      {label.isError && <Refused error={label.error} />}
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>{T.cancel}</Button>
        <Button
          kind="solid"
          data-first
          isDisabled={label.isPending}
          onPress={() => label.mutate({ deleted: true })}
        >
          {label.isPending ? T.busy : T.remove}
        </Button>
      </div>
    </Dialog>
  );
}

/** Says for a while that a conversation is gone, and takes it back. */
export function Removed({ thread, onDone }: { thread: Thread | undefined; onDone: () => void }) {
  const label = useLabel(thread?.thread_id ?? "", onDone);
  useEffect(() => {
    if (!thread) return;
    const timer = setTimeout(onDone, UNDO_MS);
    return () => clearTimeout(timer);
    // The page draws this anew all the time; only another conversation starts the clock again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [thread]);
  return (
    <div role="status" className="px-3">
      {thread && (
        <p className="mb-2 flex items-center gap-2 rounded-md border border-line bg-surface py-1 pr-1 pl-3 text-sm">
          <span className="min-w-0 flex-1 truncate">{T.removed(thread.title)}</span>
          <Button
            kind="quiet"
            className="px-2 text-accent"
            isDisabled={label.isPending}
            onPress={() => label.mutate({ deleted: false })}
          >
            {T.undo}
          </Button>
        </p>
      )}
    </div>
  );
}
