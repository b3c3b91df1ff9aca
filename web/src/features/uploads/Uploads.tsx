import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CircleCheck, CircleX, FileUp, WifiOff, X } from "lucide-react";
import { Suspense, useEffect, useState } from "react";
import { uploadApi } from "./api";
import { IconButton } from "../../ui/Button";
import { rememberChoice } from "../datasets/queries";
import { filesOf, type Dropped } from "./entries";
import { onUploadWish, type UploadWish } from "./open";
import { percentOf, type UploadState } from "./state";
import { uploads, useUpload } from "./store";
import { uploadText as T } from "../../text/uploads";
import { part } from "../../lib/part";

const UploadDialog = part(() => import("./UploadDialog"));

interface Shown {
  dropped?: Dropped;
  addTo?: { id: string; title: string };
  onUse?: (id: string) => void;
}

/** The upload dialog of every page, and the pill that stands for an upload while it is closed. */
export default function Uploads() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const state = useUpload();
  const [shown, setShown] = useState<Shown>();
  const [dismissed, setDismissed] = useState(false);
  const open = useQuery({
    queryKey: ["uploads"],
    queryFn: uploadApi.uploads,
    retry: false,
    staleTime: Infinity,
  });
  const unfinished = (open.data ?? []).filter((one) => one.files.length > 0 && one.id !== state.uploadId);

  useEffect(() => {
    const show = async ({ entries, files, addTo, onUse }: UploadWish) => {
      void client.invalidateQueries({ queryKey: ["uploads"] });
      // What became of an earlier upload is not about this dataset.
      if (addTo && ["made", "failed"].includes(uploads.state.phase)) uploads.reset();
      const dropped = files ? await filesOf(entries ?? [], files) : undefined;
      setShown({ dropped, addTo, onUse });
    };
    return onUploadWish((wish) => void show(wish));
  }, [client]);

  const use = (id: string) => {
    rememberChoice(id);
    if (shown?.onUse) shown.onUse(id);
    else void navigate({ to: "/" });
  };
  if (shown) {
    return (
      <Suspense>
        <UploadDialog
          dropped={shown.dropped}
          addTo={shown.addTo}
          unfinished={unfinished}
          onUse={use}
          onClose={() => {
            setShown(undefined);
            void client.invalidateQueries({ queryKey: ["uploads"] });
          }}
        />
      </Suspense>
    );
  }
  const waiting = state.phase === "idle" && unfinished.length > 0 && !dismissed;
  if (state.phase === "idle" && !waiting) return null;
  const ended = waiting || state.phase === "made" || state.phase === "failed";
  return (
    <aside
      aria-label={T.progress}
      className="above-composer rise fixed right-4 z-30 flex items-center rounded-full border border-line-strong bg-surface text-sm shadow-lg"
    >
      <button
        type="button"
        title={T.pillOpen}
        onClick={() => setShown({})}
        className="num control flex items-center gap-2 rounded-full px-4 hover:bg-sunken"
      >
        <PillIcon state={state} />
        {waiting ? T.pillUnfinished(unfinished.length) : pillWords(state)}
      </button>
      {ended && (
        <IconButton
          label={T.pillDismiss}
          className="rounded-full"
          onPress={() => (waiting ? setDismissed(true) : uploads.reset())}
        >
          <X size={14} aria-hidden />
        </IconButton>
      )}
    </aside>
  );
}

function PillIcon({ state }: { state: UploadState }) {
  if (state.phase === "cut") return <WifiOff size={15} aria-hidden className="text-rej" />;
  if (state.phase === "failed") return <CircleX size={15} aria-hidden className="text-bad" />;
  if (state.phase === "made") return <CircleCheck size={15} aria-hidden className="text-ok" />;
  return <FileUp size={15} aria-hidden className="text-run" />;
}

function pillWords(state: UploadState): string {
  switch (state.phase) {
    case "cut":
      return T.pillCut;
    case "failed":
      return T.pillFailed;
    case "made":
      return T.pillMade;
    case "finishing":
      return T.pillFinishing;
    default:
      return T.pillSending(percentOf(state));
  }
}
