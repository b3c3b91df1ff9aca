import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { copyText } from "./clipboard";
import { RunStore, type LiveRun } from "./live";

export const RunStoreContext = createContext<RunStore>(new RunStore());

export const useRunStore = (): RunStore => useContext(RunStoreContext);

const noSubscription = () => () => {};

/** Looks at a run: it is loaded if the page does not know it yet, and followed while it is under way. */
export function useWatch(id: string | undefined): void {
  const store = useRunStore();
  useEffect(() => {
    if (id === undefined) return;
    void store.load(id);
    return store.watch(id);
  }, [store, id]);
}

/** A run, loaded if the page does not know it yet. Without an id there is none, and nothing is loaded. */
export function useRun(id: string | undefined): LiveRun {
  useWatch(id);
  return useKnownRun(id);
}

const whole = (live: LiveRun) => live;

/** A run as far as the page happens to know it: nothing is loaded for it. */
export const useKnownRun = (id: string | undefined): LiveRun => usePartOfRun(id, whole);

/**
 * A part of a run as far as the page happens to know it. Only another part makes the component render again, so it
 * has to be a value that stays the same while nothing changed: a run tells of itself many times in a second.
 */
export function usePartOfRun<T>(id: string | undefined, part: (live: LiveRun) => T): T {
  const store = useRunStore();
  const subscribe = useCallback((listener: () => void) => store.subscribe(id ?? "", listener), [store, id]);
  return useSyncExternalStore(id === undefined ? noSubscription : subscribe, () => part(store.get(id)));
}

/** The time, renewed every so often while it is needed. */
export function useNow(everyMs: number, active = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!active) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, active]);
  return now;
}

/** Copies text and says for a moment that it did. */
export function useCopied(): [copied: boolean, copy: (text: string) => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = useCallback((value: string) => {
    copyText(value).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  }, []);
  return [copied, copy];
}
