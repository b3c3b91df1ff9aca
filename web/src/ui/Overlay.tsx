import { X } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { text } from "../text";
import { IconButton } from "./Button";

interface OverlayProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

const VEIL = "fixed inset-0 z-40 bg-veil data-entering:animate-in";

function Head({ title, onClose }: { title: string; onClose: () => void }) {
  return (
    <div className="flex items-center justify-between gap-4">
      <Heading slot="title" className="text-lg font-semibold">
        {title}
      </Heading>
      <IconButton label={text.close} onPress={onClose}>
        <X size={18} aria-hidden />
      </IconButton>
    </div>
  );
}

/**
 * A dialog in the middle of the screen; on a phone it is a sheet at the bottom. The focus goes to what is marked
 * data-first in it, else to the dialog.
 */
export function Dialog({ title, onClose, children, wide = false }: OverlayProps & { wide?: boolean }) {
  const box = useRef<HTMLElement>(null);
  // The library's autoFocus loses where the focus moves once more meanwhile, as it does when a menu that led here
  // gives it back: the dialog itself has it then, and what is typed goes nowhere.
  useEffect(() => {
    const dialog = box.current;
    if (!dialog) return;
    const first = () => dialog.querySelector<HTMLElement>("[data-first]")?.focus();
    first();
    dialog.addEventListener("focus", first);
    return () => dialog.removeEventListener("focus", first);
  }, []);
  return (
    <ModalOverlay
      isOpen
      onOpenChange={(open) => !open && onClose()}
      isDismissable
      className={`${VEIL} flex items-center justify-center p-4 max-sm:items-end max-sm:p-0`}
    >
      <Modal
        className={`rise max-h-full w-full overflow-y-auto rounded-lg border border-line bg-surface max-sm:rounded-b-none ${wide ? "max-w-2xl" : "max-w-lg"}`}
      >
        <AriaDialog ref={box} className="space-y-4 p-5 outline-none">
          <Head title={title} onClose={onClose} />
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** A drawer at the left edge. */
export function Drawer({ title, onClose, children }: OverlayProps) {
  return (
    <ModalOverlay isOpen onOpenChange={(open) => !open && onClose()} isDismissable className={`${VEIL} flex`}>
      <Modal className="h-full w-80 max-w-[85vw] border-r border-line bg-bg">
        <AriaDialog aria-label={title} className="flex h-full flex-col outline-none">
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
