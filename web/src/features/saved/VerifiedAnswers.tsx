import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { BadgeCheck, TriangleAlert } from "lucide-react";
import { api } from "../../lib/api";
import { savedApi } from "./api";
import { formatDay } from "../../lib/format";
import type { VerifiedAnswer } from "../../lib/protocol";
import { may } from "../../lib/roles";
import { Notice } from "../../ui/Notice";
import { savedText as T } from "../../text/saved";
import { Failed, Kept, Rows, Section, Sure } from "./Section";

/** The answers people vouch for. */
export function VerifiedAnswers() {
  const session = useQuery({ queryKey: ["session"], queryFn: api.session, staleTime: Infinity });
  const list = useQuery({ queryKey: ["verified"], queryFn: () => savedApi.verified() });
  return (
    <Section title={T.verified} intro={T.verifiedIntro}>
      {list.isPending && <Rows />}
      {list.isError && <Failed title={T.failed} error={list.error} onAgain={() => void list.refetch()} />}
      {list.data?.length === 0 && <Notice tone="neutral" title={T.none} hint={T.noneHint} />}
      {list.data && list.data.length > 0 && (
        <ul aria-label={T.verified} className="rounded-lg border border-line bg-surface">
          {list.data.map((one) => (
            <Answer key={one.id} answer={one} removable={may(session.data?.role, "verifier")} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Answer({ answer, removable }: { answer: VerifiedAnswer; removable: boolean }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => savedApi.unverify(answer.id),
    onSuccess: () => client.invalidateQueries({ queryKey: ["verified"] }),
  });
  const stale = answer.state === "stale";
  const Icon = stale ? TriangleAlert : BadgeCheck;
  return (
    <Kept
      question={answer.question}
      runId={answer.run_id}
      badge={
        <span
          className={`inline-flex h-6 items-center gap-1 rounded-full px-2.5 text-xs font-semibold ${stale ? "bg-rej-soft text-rej" : "bg-ok-soft text-ok"}`}
        >
          <Icon size={13} aria-hidden />
          {stale ? T.stale : T.valid}
        </span>
      }
      facts={[
        stale ? answer.reason : undefined,
        answer.sentence,
        `${T.by(answer.owner, formatDay(answer.verified_at))} · ${T.data(answer.dataset_id, answer.dataset_version)}`,
        answer.note && T.note(answer.note),
      ]}
    >
      {removable && (
        <Sure
          label={T.remove}
          sure={T.removeSure}
          of={answer.question}
          busy={remove.isPending}
          error={remove.error}
          onSure={() => remove.mutate()}
        />
      )}
    </Kept>
  );
}
