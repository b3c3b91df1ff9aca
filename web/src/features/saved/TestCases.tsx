import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { api, urls } from "../../lib/api";
import { savedApi } from "./api";
import { formatDay } from "../../lib/format";
import type { TestCase } from "../../lib/protocol";
import { may } from "../../lib/roles";
import { Button, ButtonLink } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { savedText as T } from "../../text/saved";
import { Failed, Kept, Rows, Section, Sure } from "./Section";

const PAGE = 30;

/** The answers that are kept as tests. */
export function TestCases() {
  const session = useQuery({ queryKey: ["session"], queryFn: api.session, staleTime: Infinity });
  const list = useInfiniteQuery({
    queryKey: ["test-cases"],
    queryFn: ({ pageParam }) => savedApi.testCases({ cursor: pageParam, limit: PAGE }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor || undefined,
  });
  const cases = list.data?.pages.flatMap((page) => page.test_cases) ?? [];
  const mine = (one: TestCase) =>
    may(session.data?.role, "verifier") ||
    (may(session.data?.role, "analyst") && session.data?.user === one.owner);
  return (
    <Section
      title={T.cases}
      intro={T.casesIntro}
      actions={
        cases.length > 0 && (
          <ButtonLink href={urls.suite} download="questions.jsonl" title={T.exportTitle}>
            <Download size={14} aria-hidden />
            {T.export}
          </ButtonLink>
        )
      }
    >
      {list.isPending && <Rows />}
      {list.isError && cases.length === 0 && (
        <Failed title={T.casesFailed} error={list.error} onAgain={() => void list.refetch()} />
      )}
      {list.isSuccess && cases.length === 0 && (
        <Notice tone="neutral" title={T.casesNone} hint={T.casesNoneHint} />
      )}
      {cases.length > 0 && (
        <ul aria-label={T.cases} className="rounded-lg border border-line bg-surface">
          {cases.map((one) => (
            <Case key={one.id} one={one} removable={mine(one)} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button isDisabled={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
          {T.more}
        </Button>
      )}
    </Section>
  );
}

function Case({ one, removable }: { one: TestCase; removable: boolean }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => savedApi.deleteTestCase(one.id),
    onSuccess: () => client.invalidateQueries({ queryKey: ["test-cases"] }),
  });
  const turns = one.turns?.length ?? 0;
  return (
    <Kept
      question={one.question}
      runId={one.id}
      facts={[
        [
          T.shape(one.rows, one.columns.length),
          turns > 0 && T.after(turns),
          T.data(one.dataset_id, one.dataset_version),
        ]
          .filter(Boolean)
          .join(" · "),
        T.saved(one.owner, formatDay(one.saved_at)),
        one.note && T.note(one.note),
      ]}
    >
      {removable && (
        <Sure
          label={T.delete}
          sure={T.deleteSure}
          of={one.question}
          busy={remove.isPending}
          error={remove.error}
          onSure={() => remove.mutate()}
        />
      )}
    </Kept>
  );
}
