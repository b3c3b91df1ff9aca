import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCcw, Undo2, X } from "lucide-react";
import { api } from "../../lib/api";
import { formatDay } from "../../lib/format";
import { faultOf } from "../../lib/http";
import { tellTabs } from "../../lib/tabs";
import { Button, IconButton } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { text } from "../../text";
import { threadsText } from "../../text/threads";

interface Props {
  threadId: string;
  /** Changes whenever the conversation may have changed: what it remembers is then asked for again. */
  version: string;
  busy: boolean;
  onReset: () => void;
  onForget: (name: string) => void;
}

/** What the conversation remembers: its named results, and a way to start over. */
export default function ThreadBar({ threadId, version, busy, onReset, onForget }: Props) {
  const thread = useQuery({
    queryKey: ["thread-context", threadId, version],
    queryFn: () => api.thread(threadId),
    // A question under way changes nothing yet, and its answer should not wait for this.
    enabled: !busy,
    placeholderData: (before) => before,
  });
  const named = thread.data?.named ?? [];
  if (thread.data?.deleted_at) return <Deleted threadId={threadId} at={thread.data.deleted_at} />;
  return (
    <div
      role="group"
      aria-label={text.thread.label}
      className="mx-auto flex w-full max-w-4xl flex-wrap items-center gap-1.5 px-4 pt-2 max-sm:px-3"
    >
      {named.length > 0 && (
        <ul aria-label={text.thread.named} className="flex flex-wrap gap-1.5">
          {named.map((one) => (
            <li
              key={one.name}
              title={one.sentence}
              className="inline-flex items-center rounded-md bg-sunken pl-2 text-sm text-ink-2"
            >
              <code>{one.name}</code>
              <IconButton
                label={text.thread.forget(one.name)}
                isDisabled={busy}
                onPress={() => onForget(one.name)}
              >
                <X size={13} aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <Button
        kind="quiet"
        isDisabled={busy || thread.data?.previous === undefined}
        onPress={onReset}
        className="ml-auto"
      >
        <RotateCcw size={14} aria-hidden />
        {text.thread.reset}
      </Button>
    </div>
  );
}

/** A conversation opened by its link after it left the lists. */
function Deleted({ threadId, at }: { threadId: string; at: string }) {
  const client = useQueryClient();
  const back = useMutation({
    mutationFn: () => api.labelThread(threadId, { deleted: false }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["thread-context", threadId] });
      for (const list of ["threads", "runs"]) void client.invalidateQueries({ queryKey: [list] });
      tellTabs();
    },
  });
  const refused = back.isError ? faultOf(back.error) : undefined;
  return (
    <div className="mx-auto w-full max-w-4xl px-4 pt-2 max-sm:px-3">
      <Notice
        tone="warn"
        live
        title={threadsText.deletedOn(formatDay(at))}
        hint={
          refused
            ? `${refused.message || text.net.unreachable} ${refused.hint ?? ""}`
            : threadsText.deletedHint
        }
      >
        <Button isDisabled={back.isPending} onPress={() => back.mutate()}>
          <Undo2 size={15} aria-hidden />
          {threadsText.bringBack}
        </Button>
      </Notice>
    </div>
  );
}
