import { FileSpreadsheet, FileUp, FolderUp, RotateCw, Trash2, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Input, Label, TextField } from "react-aria-components";
import { uploadApi } from "./api";
import { formatBytes } from "../../lib/format";
import type { Upload } from "../../lib/protocol";
import { Button, IconButton } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { useLimits } from "../ask/useLimits";
import { chosen, folderOf, limitsOf, problemOfAll, problems, titleFrom, type Chosen } from "./check";
import { filesOf, type Dropped } from "./entries";
import { matching, uploads } from "./store";
import { uploadText as T } from "../../text/uploads";

interface Props {
  dropped?: Dropped;
  addTo?: { id: string; title: string };
  unfinished: Upload[];
  onClose: () => void;
}

/** The files of the upload that is to be: more, fewer, other names. */
export function Choosing({ dropped, addTo, unfinished, onClose }: Props) {
  const [files, setFiles] = useState<Chosen[]>([]);
  const [title, setTitle] = useState("");
  const choose = ({ files: more, folder }: Dropped) => {
    const fresh = chosen(more);
    if (fresh.length === 0) return;
    setFiles((before) => [...before, ...fresh]);
    setTitle(
      (before) =>
        before ||
        titleFrom(
          fresh.map((one) => one.file),
          folder,
        ),
    );
  };
  // Only what was dropped decides when to take it in.
  useEffect(() => {
    if (dropped) choose(dropped);
  }, [dropped]);

  const limits = limitsOf(useLimits());
  const bad = problems(files, limits);
  const all = problemOfAll(files, limits);
  // A dataset that gets more files keeps its name.
  const target = { title: addTo ? "" : title.trim(), addTo: addTo?.id };
  const resumes = files.length > 0 && matching(files, target, unfinished) !== undefined;
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void uploads.start(files, target, unfinished);
      }}
    >
      <p className="text-sm text-ink-2">{T.intro}</p>
      <Unfinished uploads={unfinished} />
      <DropBox onChoose={choose} />
      {files.length > 0 && (
        <>
          <div className="flex items-center justify-between gap-3">
            <p className="num text-sm text-ink-2">{T.total(files.length, total)}</p>
            <Button
              kind="quiet"
              onPress={() => {
                setFiles([]);
                setTitle("");
              }}
            >
              {T.clear}
            </Button>
          </div>
          <ul
            aria-label={T.files}
            className="max-h-72 divide-y divide-line overflow-y-auto rounded-md border border-line"
          >
            {files.map((one, at) => (
              <ChosenFile
                key={`${one.file.name} ${at}`}
                one={one}
                problem={bad.get(at)}
                onRename={(name) =>
                  setFiles(files.map((other, n) => (n === at ? { ...other, name } : other)))
                }
                onRemove={() => setFiles(files.filter((_, n) => n !== at))}
              />
            ))}
          </ul>
          {!addTo && (
            <TextField value={title} onChange={setTitle} className="space-y-1">
              <Label className="text-sm font-medium">{T.name}</Label>
              <Input
                maxLength={120}
                className="control w-full rounded-md border border-line-strong bg-surface px-3 text-base"
              />
            </TextField>
          )}
        </>
      )}
      {bad.size > 0 && <Notice live tone="rejected" title={T.problems} />}
      {all && <Notice live tone="rejected" title={all} />}
      {resumes && <Notice live tone="neutral" title={T.resumed} />}
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>{T.cancel}</Button>
        <Button
          kind="solid"
          type="submit"
          isDisabled={files.length === 0 || bad.size > 0 || all !== undefined}
        >
          {addTo ? T.startAdd : T.start}
        </Button>
      </div>
    </form>
  );
}

interface ChosenFileProps {
  one: Chosen;
  problem?: string;
  onRename: (name: string) => void;
  onRemove: () => void;
}

function ChosenFile({ one, problem, onRename, onRemove }: ChosenFileProps) {
  return (
    <li className="py-1 pr-1 pl-3 text-sm">
      <div className="flex items-center gap-2.5">
        <FileSpreadsheet size={15} aria-hidden className="shrink-0 text-ink-3" />
        <input
          aria-label={T.rename(one.file.name)}
          aria-invalid={problem !== undefined}
          value={one.name}
          maxLength={200}
          onChange={(event) => onRename(event.currentTarget.value)}
          className="min-h-7 min-w-0 flex-1 truncate rounded-sm border border-transparent bg-transparent px-1 hover:border-line-strong"
        />
        <span className="num text-xs whitespace-nowrap text-ink-3">{formatBytes(one.file.size)}</span>
        <IconButton label={T.remove(one.name)} onPress={onRemove}>
          <X size={14} aria-hidden />
        </IconButton>
      </div>
      {problem && <p className="pb-1 pl-6 text-rej">{problem}</p>}
    </li>
  );
}

/** Where files are dropped, and the two ways to choose them without a mouse. */
function DropBox({ onChoose }: { onChoose: (dropped: Dropped) => void }) {
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    const list = [...(input.files ?? [])];
    onChoose({ files: list, folder: folderOf(list) });
    input.value = "";
  };
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        const { items, files: loose } = event.dataTransfer;
        void filesOf(
          [...items].map((item) => item.webkitGetAsEntry()),
          [...loose],
        ).then(onChoose);
      }}
      className={`flex flex-col items-center gap-3 rounded-lg border border-dashed px-4 py-6 text-center transition-colors ${over ? "border-accent bg-accent-soft" : "border-line-strong bg-bg"}`}
    >
      <FileUp size={24} aria-hidden className="text-ink-3" />
      <div className="flex flex-wrap justify-center gap-2">
        <Button onPress={() => files.current?.click()}>
          <FileUp size={14} aria-hidden />
          {T.choose}
        </Button>
        <Button onPress={() => folder.current?.click()}>
          <FolderUp size={14} aria-hidden />
          {T.chooseFolder}
        </Button>
      </div>
      <p className="text-sm text-ink-2">{T.drop}</p>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        data-testid="files"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={(input) => {
          folder.current = input;
          input?.setAttribute("webkitdirectory", "");
        }}
        type="file"
        multiple
        hidden
        data-testid="folder"
        onChange={(event) => take(event.currentTarget)}
      />
    </div>
  );
}

/** What an earlier visit did not finish. The browser forgot the files, so they are chosen again. */
function Unfinished({ uploads: open }: { uploads: Upload[] }) {
  const [gone, setGone] = useState<string[]>([]);
  const left = open.filter((one) => !gone.includes(one.id));
  if (left.length === 0) return null;
  return (
    <section aria-label={T.unfinished} className="space-y-2 rounded-md border border-line bg-sunken p-3">
      <h3 className="flex items-center gap-2 text-sm font-medium">
        <RotateCw size={14} aria-hidden />
        {T.unfinished}
      </h3>
      <p className="text-sm text-ink-2">{T.unfinishedHint}</p>
      <ul className="space-y-1">
        {left.map((one) => (
          <li key={one.id} className="flex items-center gap-3 text-sm">
            <span className="min-w-0 flex-1 truncate">
              {one.title || one.files[0]?.name || T.untitled}
              <span className="block truncate text-xs text-ink-3">
                {one.files.map((file) => file.name).join(", ")}
              </span>
            </span>
            <span className="num whitespace-nowrap text-ink-3">{T.sent(one.received, one.bytes)}</span>
            <IconButton
              label={T.discard(one.title || one.files[0]?.name || T.untitled)}
              onPress={() => {
                setGone([...gone, one.id]);
                void uploadApi.cancelUpload(one.id).catch(() => undefined);
              }}
            >
              <Trash2 size={14} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
