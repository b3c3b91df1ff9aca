import { Dialog } from "../../ui/Overlay";
import type { Upload } from "../../lib/protocol";
import type { Dropped } from "./entries";
import { Choosing } from "./Choosing";
import { Made } from "./Made";
import { Sending } from "./Sending";
import { useUpload } from "./store";
import { uploadText as T } from "../../text/uploads";

export interface UploadDialogProps {
  dropped?: Dropped;
  addTo?: { id: string; title: string };
  unfinished: Upload[];
  onClose: () => void;
  onUse: (id: string) => void;
}

/** Choosing files, sending them, and what became of them; each is a step of one upload. */
export default function UploadDialog({ dropped, addTo, unfinished, onClose, onUse }: UploadDialogProps) {
  const state = useUpload();
  const title = addTo ? T.addTo(addTo.title) : T.title;
  return (
    <Dialog title={title} onClose={onClose} wide>
      {state.phase === "idle" && (
        <Choosing dropped={dropped} addTo={addTo} unfinished={unfinished} onClose={onClose} />
      )}
      {(state.phase === "sending" || state.phase === "cut" || state.phase === "finishing") && (
        <Sending state={state} onHide={onClose} />
      )}
      {(state.phase === "made" || state.phase === "failed") && (
        <Made state={state} onUse={onUse} onClose={onClose} />
      )}
    </Dialog>
  );
}
