import { Search } from "lucide-react";
import { useDeferredValue, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { paletteText as T } from "../../text/palette";
import { find } from "./commands";
import { useCommands } from "./useCommands";

/** Goes anywhere and does anything, by typing a part of its name. */
export default function Palette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  return (
    <ModalOverlay
      isOpen
      onOpenChange={(open) => !open && onClose()}
      isDismissable
      className="fixed inset-0 z-40 flex items-start justify-center bg-veil p-4 pt-[12dvh] max-sm:p-2 max-sm:pt-2"
    >
      <Modal className="rise flex max-h-[70dvh] w-full max-w-xl flex-col overflow-hidden rounded-lg border border-line bg-surface max-sm:max-h-full">
        <Dialog aria-label={T.title} className="flex min-h-0 flex-1 flex-col outline-none">
          <Finder onClose={onClose} onKeys={onKeys} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Finder({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const q = useDeferredValue(query.trim());
  const { commands, failed } = useCommands(q, onKeys);
  const found = find(commands, query);
  const current = Math.min(at, Math.max(found.length - 1, 0));
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current, query]);

  const run = (index: number) => {
    const command = found[index];
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const moves: Record<string, number> = {
      ArrowDown: (current + 1) % Math.max(found.length, 1),
      ArrowUp: (current - 1 + found.length) % Math.max(found.length, 1),
      PageDown: Math.min(current + 8, found.length - 1),
      PageUp: Math.max(current - 8, 0),
    };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      setAt(to);
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(current);
    }
  };
  return (
    <>
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search size={16} aria-hidden className="shrink-0 text-ink-3" />
        <input
          autoFocus
          role="combobox"
          aria-label={T.placeholder}
          aria-expanded
          aria-controls="commands"
          aria-autocomplete="list"
          aria-activedescendant={found.length > 0 ? `command-${current}` : undefined}
          placeholder={T.placeholder}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-ink-3"
        />
      </div>
      <div
        ref={list}
        id="commands"
        role="listbox"
        aria-label={T.title}
        className="min-h-0 flex-1 overflow-y-auto p-1.5"
      >
        {found.map((command, index) => (
          <div key={command.id} role="presentation">
            {found[index - 1]?.group !== command.group && (
              <p role="presentation" className="px-2.5 pt-2 pb-1 text-xs font-medium text-ink-3">
                {T.groups[command.group]}
              </p>
            )}
            <div
              id={`command-${index}`}
              role="option"
              aria-selected={index === current}
              onMouseMove={() => setAt(index)}
              onClick={() => run(index)}
              className={`flex min-h-9 cursor-default items-center gap-3 rounded-md px-2.5 py-1.5 text-sm pointer-coarse:min-h-11 ${index === current ? "bg-accent-soft text-ink" : "text-ink-2"}`}
            >
              <span className="min-w-0 flex-1 truncate">{command.label}</span>
              {command.note && <kbd className="shrink-0 font-mono text-xs text-ink-3">{command.note}</kbd>}
            </div>
          </div>
        ))}
      </div>
      <p
        role="status"
        className={`px-4 py-2 text-sm text-ink-3 ${found.length > 0 && !failed ? "sr-only" : "border-t border-line"}`}
      >
        {failed ? T.failed : found.length === 0 ? T.none : T.results(found.length)}
      </p>
    </>
  );
}
