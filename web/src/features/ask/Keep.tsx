import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { BadgeCheck, FlaskConical, TriangleAlert } from "lucide-react";
import { Suspense, useState } from "react";
import { api } from "../../lib/api";
import { savedApi } from "../saved/api";
import { formatDay } from "../../lib/format";
import { faultOf } from "../../lib/http";
import { may } from "../../lib/roles";
import { planOf, type RunState } from "../../lib/run";
import { Button } from "../../ui/Button";
import { text } from "../../text";
import { verifiedText } from "../../text/verified";
import { part } from "../../lib/part";

const VerifyDialog = part(() => import("./VerifyDialog"));

/** What people keep of an answer: that it is right, or as a test. */
export function Keep({ id, run }: { id: string; run: RunState }) {
  const session = useQuery({ queryKey: ["session"], queryFn: api.session, staleTime: Infinity });
  const role = session.data?.role;
  const dataset = run.asked?.dataset.id ?? "";
  const marks = useQuery({
    queryKey: ["verified", dataset],
    queryFn: () => savedApi.verified(dataset),
    enabled: dataset !== "" && role !== undefined,
  });
  const plan = planOf(run);
  const mark = marks.data?.find((one) => one.run_id === id || one.id === plan?.verified?.id);
  const [asking, setAsking] = useState(false);
  const question = run.asked?.request.question ?? "";
  return (
    <div className="-mx-2 flex flex-wrap items-center gap-1">
      {mark && <Mark mark={mark} removable={may(role, "verifier")} />}
      {may(role, "verifier") && plan?.plan !== undefined && (!mark || mark.state === "stale") && (
        <Button kind="quiet" className="px-2" onPress={() => setAsking(true)}>
          <BadgeCheck size={14} aria-hidden />
          {verifiedText.mark}
        </Button>
      )}
      {may(role, "analyst") && question !== "" && <TestCase id={id} />}
      {asking && (
        <Suspense>
          <VerifyDialog id={id} question={question} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </div>
  );
}

type Verified = Awaited<ReturnType<typeof savedApi.verified>>[number];

function Mark({ mark, removable }: { mark: Verified; removable: boolean }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => savedApi.unverify(mark.id),
    onSettled: () => client.invalidateQueries({ queryKey: ["verified"] }),
  });
  const day = formatDay(mark.verified_at);
  const stale = mark.state === "stale";
  return (
    <>
      <span
        className={`inline-flex items-center gap-1 px-2 text-sm font-medium ${stale ? "text-rej" : "text-ok"}`}
        title={
          stale
            ? [mark.reason, verifiedText.staleTitle(mark.owner, day)].join(" ")
            : mark.note || verifiedText.title(mark.question)
        }
      >
        {stale ? <TriangleAlert size={14} aria-hidden /> : <BadgeCheck size={14} aria-hidden />}
        {stale ? `${verifiedText.stale}: ${mark.reason ?? ""}` : text.verifiedBy(mark.owner, day)}
      </span>
      {removable && (
        <Button kind="quiet" className="px-2" isDisabled={remove.isPending} onPress={() => remove.mutate()}>
          {verifiedText.remove}
        </Button>
      )}
      {remove.isError && <Refused error={remove.error} />}
    </>
  );
}

function TestCase({ id }: { id: string }) {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => savedApi.saveTestCase(id),
    onSuccess: () => client.invalidateQueries({ queryKey: ["test-cases"] }),
  });
  // Saving it twice is no mistake of the person's: it is there.
  const saved = save.isSuccess || (save.isError && faultOf(save.error).code === "CONFLICT");
  return (
    <>
      <Button
        kind="quiet"
        className="px-2"
        isDisabled={save.isPending || saved}
        onPress={() => save.mutate()}
      >
        <FlaskConical size={14} aria-hidden />
        <span aria-live="polite" title={verifiedText.testCaseTitle}>
          {saved ? verifiedText.saved : verifiedText.testCase}
        </span>
      </Button>
      {save.isError && !saved && <Refused error={save.error} />}
    </>
  );
}

function Refused({ error }: { error: unknown }) {
  const fault = faultOf(error);
  return (
    <span role="alert" className="text-sm text-bad">
      {fault.message || text.net.unreachable} {fault.hint}
    </span>
  );
}
