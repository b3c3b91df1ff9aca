import { useCallback, useEffect, useRef, useState } from "react";
import type { components } from "../../api";
import { address, faultOf, refusal, unreachable } from "../../lib/http";
import type { Fault } from "../../lib/protocol";
import { runQuery, type Filter } from "./filter";

export type Progress = components["schemas"]["CheckProgress"];
export type RunProof = components["schemas"]["RunProof"];

/** A check of many runs: how far it is, and what it found so far. */
export interface RunCheck {
  progress: Progress;
  found: RunProof[];
  state: "going" | "done" | "stopped" | "failed";
  fault?: Fault;
}

const NONE: Progress = { checked: 0, total: 0, intact: 0, open: 0, altered: 0, missing: 0 };

/** Takes a line of the answer in. */
export function takeLine(check: RunCheck, line: string): RunCheck {
  const said = JSON.parse(line) as Progress & { error?: Fault };
  if (said.error) return { ...check, state: "failed", fault: said.error };
  const found = [...check.found, ...(said.found ?? [])];
  return { ...check, progress: said, found, state: said.done ? "done" : "going" };
}

/** Lines as they come. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + decoder.decode(value, { stream: !done })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line !== "");
    if (done) return;
  }
}

/** Checks the runs of a filter on the server. It stops when it is told to, and when the page is left. */
export function useRunCheck(): {
  check?: RunCheck;
  start: (filter: Filter) => void;
  stop: () => void;
  close: () => void;
} {
  const [check, setCheck] = useState<RunCheck>();
  const running = useRef<AbortController>(undefined);
  const stop = useCallback(() => running.current?.abort(), []);
  useEffect(() => stop, [stop]);

  const start = useCallback((filter: Filter) => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    let now: RunCheck = { progress: NONE, found: [], state: "going" };
    const show = (next: RunCheck) => {
      now = next;
      if (running.current === abort) setCheck(next);
    };
    show(now);
    const go = async () => {
      const response = await fetch(address("/api/v1/audit/check", {}, runQuery(filter)), {
        method: "POST",
        signal: abort.signal,
      }).catch(() => {
        throw unreachable();
      });
      if (!response.ok || !response.body) throw refusal(response.status, await response.text());
      for await (const line of linesOf(response.body)) show(takeLine(now, line));
      if (now.state === "going") throw unreachable();
    };
    go().catch((error: unknown) =>
      show(
        abort.signal.aborted
          ? { ...now, state: "stopped" }
          : { ...now, state: "failed", fault: faultOf(error) },
      ),
    );
  }, []);
  const close = useCallback(() => {
    stop();
    setCheck(undefined);
  }, [stop]);
  return { check, start, stop, close };
}
