import { useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { FileUp } from "lucide-react";
import { memo, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api } from "../../lib/api";
import { usePartOfRun, useRun, useRunStore, useWatch } from "../../lib/hooks";
import type { Dataset, RunRequest } from "../../lib/protocol";
import { isFinished, questionOf, sameAgain } from "../../lib/run";
import { currentStage } from "../../lib/stages";
import { requestOf } from "../../lib/statement";
import { Button } from "../../ui/Button";
import { Mark } from "../../ui/Mark";
import { Notice } from "../../ui/Notice";
import { MenuButton } from "../../ui/Page";
import { text } from "../../text";
import { DatasetPicker } from "../datasets/DatasetPicker";
import { firstChoice, rememberChoice, useDatasets, useSchema } from "../datasets/queries";
import { useFileDrop } from "../datasets/useFileDrop";
import { openUpload } from "../uploads/open";
import { AskingContext, type Asking } from "./asking";
import { Composer } from "./Composer";
import { useComposer, writtenIn } from "./useComposer";
import { useDraft } from "./useDraft";
import { useLimits } from "./useLimits";
import { usePosts, type Post } from "./usePosts";
import { useThread } from "./useThread";
import { Welcome } from "./Welcome";
import { ahead, part } from "../../lib/part";

const loadPostCard = async () => ({ default: (await import("./PostCard")).PostCard });
const loadRunCard = () => import("./RunCard");
const loadThreadBar = () => import("./ThreadBar");
const DatasetNotice = part(() => import("../datasets/DatasetNotice"));
const ThreadBar = part(loadThreadBar);
const PostCard = part(loadPostCard);
const RunCard = part(loadRunCard);

const none: Dataset[] = [];

export function AskPage() {
  const { runId } = useParams({ strict: false });
  const navigate = useNavigate();
  const store = useRunStore();
  const datasets = useDatasets();
  const { ids, threadId } = useThread(runId);
  // A run from a link has no known conversation until it is loaded.
  const conversation = runId === undefined ? undefined : (threadId ?? `run ${runId}`);
  const { posts, post, again, clear } = usePosts(conversation);
  const waiting = posts.filter((one) => one.runId === undefined || !ids.includes(one.runId));
  const latestId = ids.at(-1);
  useWatch(latestId);
  // The page renders again for these alone, and not for every event of a run.
  const ofLatest = usePartOfRun(latestId, ({ run }) => run.asked?.dataset.id);
  const lost = usePartOfRun(latestId, ({ fault }) => fault !== undefined);
  const status = usePartOfRun(latestId, ({ run }) => run.status);
  const question = usePartOfRun(latestId, ({ run, title }) => questionOf(run, title));

  const [chosen, setChosen] = useState<string>();
  const draft = useDraft(conversation);
  const composer = useComposer(conversation, draft.question, draft.write);
  const limits = useLimits();
  const [stopping, setStopping] = useState<string>();
  const over = useFileDrop((entries, files) => openUpload({ entries, files, onUse: choose }));
  const box = useRef<HTMLTextAreaElement>(null);

  const list = datasets.data ?? none;
  const ofRun = runId === undefined ? undefined : ofLatest;
  const dataset =
    list.find((one) => one.id === (ofRun ?? chosen)) ??
    (runId === undefined || lost ? firstChoice(list) : undefined);
  const datasetId = ofRun ?? dataset?.id;
  const working =
    waiting.some((one) => !one.fault) || (latestId !== undefined && !lost && !isFinished({ status }));

  const { take, write } = composer;
  const asking = useMemo<Asking>(() => {
    const request = (body: Omit<RunRequest, "dataset_id">, title: string, onEnd?: Post["onEnd"]) => {
      if (datasetId === undefined) return;
      post(title, () => api.ask({ dataset_id: datasetId, thread_id: threadId, ...body }), { onEnd });
    };
    return {
      busy: working,
      ask: (value, onEnd) => request(requestOf(value), value, onEnd),
      rephrase: (value) => {
        write("question", value);
        // The box may have to take the place of the editor first.
        requestAnimationFrame(() => box.current?.focus());
      },
      edit: take,
      raise: (id, { limit, to }) => {
        const { run, title } = store.get(id);
        const limits = { max_rows: run.asked?.limits.max_rows, timeout_ms: run.asked?.limits.timeout_ms };
        const body = { ...sameAgain(run), parent_run_id: id, limits: { ...limits, [limit]: to } };
        request(body, questionOf(run, title));
      },
      choose: (reading, id) => request({ plan: reading.plan, parent_run_id: id }, reading.label),
      refine: (plan, id) => {
        const { run, title } = store.get(id);
        request({ plan, parent_run_id: id, as_of: run.asked?.context?.as_of }, questionOf(run, title));
      },
      repeat: (id) => {
        const { run, title } = store.get(id);
        if (run.asked) request({ ...run.asked.request, parent_run_id: id }, questionOf(run, title));
      },
      reproduce: (id) => {
        const { run, title } = store.get(id);
        post(questionOf(run, title), () => api.reproduce(id));
      },
    };
  }, [datasetId, post, store, take, threadId, working, write]);

  const ask = () => {
    const { mode, text: typed, edit } = composer;
    if (mode === "question") {
      const asked = draft.take();
      asking.ask(asked, (taken) => (taken ? draft.sent(asked) : draft.refused(asked)));
      return;
    }
    if (datasetId === undefined) return;
    const statement = { language: mode, code: typed, runId: edit?.runId, original: edit?.original };
    const written = { ...writtenIn(mode, typed), parent_run_id: edit?.runId };
    composer.hand(mode);
    post(typed, () => api.ask({ dataset_id: datasetId, thread_id: threadId, ...written }), {
      statement,
      onEnd: (taken) => taken && composer.sent(mode, typed),
    });
  };
  const askSQL = () => {
    if (datasetId === undefined) return;
    const sql = draft.take();
    post(sql, () => api.ask({ dataset_id: datasetId, thread_id: threadId, sql }), {
      onEnd: (taken) => (taken ? draft.sent(sql) : draft.refused(sql)),
    });
  };
  const stop = () => {
    if (latestId === undefined) return;
    setStopping(latestId);
    // A run that ended meanwhile cannot be stopped, which its events say better than the refusal.
    api.cancel(latestId).catch(() => setStopping(undefined));
  };
  const choose = useCallback(
    (id: string) => {
      rememberChoice(id);
      setChosen(id);
      clear();
      if (runId !== undefined) void navigate({ to: "/" });
      box.current?.focus();
    },
    [clear, navigate, runId],
  );

  const addData = useLocation({ select: ({ state }) => state.addData === true });
  useEffect(() => {
    if (!addData) return;
    openUpload();
    void navigate({ to: ".", replace: true, state: {} });
  }, [addData, navigate]);

  // The first question should not wait for the code that shows its answer.
  useEffect(() => {
    for (const load of [loadPostCard, loadRunCard, loadThreadBar]) ahead(load);
  }, []);

  useEffect(() => {
    if (runId === undefined && window.matchMedia("(pointer: fine)").matches) box.current?.focus();
    if (runId === undefined) clear();
  }, [runId, clear]);

  const shown = waiting.at(-1)?.key ?? runId;
  useEffect(() => {
    if (shown !== undefined) document.getElementById(`run-${shown}`)?.scrollIntoView({ block: "start" });
  }, [shown]);

  const title = latestId === undefined ? undefined : question;
  useEffect(() => {
    document.title = title === undefined ? text.product : text.ask.docTitle(title);
  }, [title]);

  // A dataset of a run may have another version by now; the editor completes what there is today.
  const version = list.find((one) => one.id === datasetId)?.version;
  const schema = useSchema(composer.mode === "question" ? undefined : datasetId, version);

  const nothing = ids.length === 0 && waiting.length === 0;
  const unusable = dataset !== undefined && dataset.state !== "ready";
  return (
    <AskingContext value={asking}>
      <div className="relative flex h-full min-h-0 flex-col">
        <Header datasets={list} current={dataset} onChoose={choose} />
        <main id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
          {(!nothing || datasets.isError) && <h1 className="sr-only">{text.ask.conversation}</h1>}
          <div id="thread" className="flex min-h-0 flex-1 flex-col overflow-y-auto scroll-pt-4">
            <div className="mx-auto flex w-full max-w-4xl flex-1 flex-col gap-10 px-4 py-6 max-sm:px-3">
              {datasets.isError && (
                <Notice tone="bad" title={text.dataset.listFailed} hint={text.net.unreachableHint}>
                  <Button onPress={() => void datasets.refetch()}>{text.tryAgain}</Button>
                </Notice>
              )}
              {nothing && !datasets.isError && (
                <Welcome
                  dataset={dataset}
                  loaded={datasets.isSuccess}
                  onAsk={asking.ask}
                  onUpload={() => openUpload({ onUse: choose })}
                />
              )}
              {ids.map((id) => (
                <section key={id} id={`run-${id}`} className="last:min-h-[calc(100dvh-11rem)] only:min-h-0">
                  <Suspense>
                    <RunCard id={id} latest={id === latestId} />
                  </Suspense>
                </section>
              ))}
              {waiting.map((one) => (
                <section
                  key={one.key}
                  id={`run-${one.key}`}
                  className="last:min-h-[calc(100dvh-11rem)] only:min-h-0"
                >
                  <Suspense>
                    <PostCard post={one} onAgain={() => again(one)} />
                  </Suspense>
                </section>
              ))}
            </div>
          </div>
          {!nothing && unusable && (
            <div className="mx-auto w-full max-w-4xl px-4">
              <Suspense>
                <DatasetNotice dataset={dataset} />
              </Suspense>
            </div>
          )}
          {!nothing && threadId !== undefined && (
            <Suspense>
              <ThreadBar
                threadId={threadId}
                version={`${latestId} ${status}`}
                busy={working}
                onReset={() => post(text.thread.resetTitle, () => api.resetThread(threadId))}
                onForget={(name) => post(text.thread.forgetTitle(name), () => api.forgetName(threadId, name))}
              />
            </Suspense>
          )}
          <Composer
            ref={box}
            mode={composer.mode}
            value={composer.text}
            python={limits?.python}
            edit={composer.edit}
            schema={schema.data}
            placeholder={
              dataset === undefined
                ? text.ask.placeholderNone
                : nothing
                  ? text.ask.placeholder(dataset.title)
                  : text.ask.followUp
            }
            disabled={datasetId === undefined || unusable}
            working={working}
            stopping={stopping !== undefined && stopping === latestId}
            onMode={composer.setMode}
            onChange={composer.setText}
            onAsk={ask}
            onAskSQL={askSQL}
            onStop={stop}
            onDrop={() => composer.mode !== "question" && composer.clear(composer.mode)}
          />
        </main>
        <Announcer id={latestId} />
        {over && (
          <div className="pointer-events-none absolute inset-2 z-30 flex items-center justify-center rounded-lg border-2 border-dashed border-accent bg-accent-soft/95 text-lg font-medium text-accent">
            {text.upload.dropPage}
          </div>
        )}
      </div>
    </AskingContext>
  );
}

interface HeaderProps {
  datasets: Dataset[];
  current?: Dataset;
  onChoose: (id: string) => void;
}

/** Apart from the rest: rendering a picker takes longer than the card of a question. */
const Header = memo(function Header({ datasets, current, onChoose }: HeaderProps) {
  return (
    <header className="flex items-center gap-3 border-b border-line px-4 py-2.5 max-sm:px-3">
      <MenuButton />
      <span className="lg:hidden max-sm:hidden">
        <Mark size={22} />
      </span>
      <DatasetPicker datasets={datasets} current={current} onChange={onChoose} />
      <Button className="ml-auto shrink-0" onPress={() => openUpload({ onUse: onChoose })}>
        <FileUp size={15} aria-hidden />
        {text.upload.open}
      </Button>
    </header>
  );
});

/** Tells screen readers how the newest run goes, without reading the page again. */
function Announcer({ id }: { id?: string }) {
  const { run } = useRun(id);
  const result = run.steps.findLast((step) => step.executed)?.executed;
  const said =
    id === undefined
      ? ""
      : !isFinished(run)
        ? text.stage.now[currentStage(run)]
        : run.answered
          ? text.answer.ready(result?.row_count ?? 0)
          : [text.status[run.status], (run.rejected ?? run.failed)?.fault.message].filter(Boolean).join(". ");
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  );
}
