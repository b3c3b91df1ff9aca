import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useId, useState, type FormEvent } from "react";
import { faultOf } from "../../lib/http";
import { dataText } from "../../text/data";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Overlay";
import { refreshDatasets } from "../datasets/queries";
import { removeDataset, type DatasetDetail } from "./queries";

const words = dataText.remove;

/** Deletes a dataset, once its title was typed. */
export function DeleteDataset({ dataset }: { dataset: DatasetDetail }) {
  const [open, setOpen] = useState(false);
  return (
    <section className="border-t border-line pt-6">
      <Button onPress={() => setOpen(true)} className="text-bad!">
        <Trash2 size={15} aria-hidden />
        {words.open}
      </Button>
      {open && <Confirm dataset={dataset} onClose={() => setOpen(false)} />}
    </section>
  );
}

function Confirm({ dataset, onClose }: { dataset: DatasetDetail; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const [failed, setFailed] = useState("");
  const [busy, setBusy] = useState(false);
  const id = useId();
  const same = typed.trim() === dataset.title.trim();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!same || busy) return;
    setBusy(true);
    try {
      await removeDataset(dataset.id);
      await navigate({ to: "/data" });
      client.removeQueries({ queryKey: ["dataset", dataset.id] });
      await refreshDatasets(client);
    } catch (error) {
      const { message, hint } = faultOf(error);
      setFailed([message, hint].filter(Boolean).join(" "));
      setBusy(false);
    }
  };
  return (
    <Dialog title={words.title(dataset.title)} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} className="space-y-4">
        <p className="text-sm text-ink-2">{words.hint}</p>
        <p className="text-sm text-ink-2">{words.stays}</p>
        <div>
          <label htmlFor={id} className="mb-1 block text-sm font-medium">
            {words.type(dataset.title)}
          </label>
          <input
            id={id}
            type="text"
            data-first
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className="control w-full rounded-md border border-line-strong bg-surface px-2.5"
          />
        </div>
        {failed && (
          <p role="alert" className="text-sm text-bad">
            {failed}
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onPress={onClose}>{dataText.cancel}</Button>
          <Button type="submit" isDisabled={!same || busy} className="border-bad! text-bad!">
            {words.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
