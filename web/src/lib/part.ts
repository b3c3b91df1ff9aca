import { lazy, type ComponentType, type LazyExoticComponent } from "react";

/** How often code is asked for while the server answers: more often it is not there, because it is of another version. */
const TRIES = 3;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

const later = (ms: number) =>
  new Promise<void>((done) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener("online", go);
      done();
    };
    const timer = setTimeout(go, ms);
    addEventListener("online", go);
  });

const answers = () =>
  fetch("/healthz", { cache: "no-store" }).then(
    () => true,
    () => false,
  );

/** Loads code, for as long as it takes a lost network to come back. */
export async function arriving<T>(load: () => Promise<T>): Promise<T> {
  for (let failures = 0, refused = 0; ; failures++) {
    try {
      return await load();
    } catch (error) {
      if (await answers()) refused++;
      if (refused >= TRIES) throw error;
      await later(Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS));
    }
  }
}

/** Code that came ahead, by what loads it. */
const come = new WeakMap<() => Promise<unknown>, unknown>();

/** What React waits for without waiting: once it shows a fallback, React keeps it for 300 ms. */
const atOnce = <T>(value: T) =>
  ({ then: (done: (value: T) => void) => done(value) }) as unknown as Promise<T>;

/**
 * A component whose code comes when it is first shown. Until then the nearest Suspense shows its fallback; one whose
 * code came ahead, by the same function, is there at once.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the bound React gives lazy
export const part = <C extends ComponentType<any>>(
  load: () => Promise<{ default: C }>,
): LazyExoticComponent<C> =>
  lazy(() => (come.has(load) ? atOnce(come.get(load) as { default: C }) : arriving(load)));

/** Loads code before it is wanted. Whether it came is the concern of whoever wants it. */
export const ahead = (load: () => Promise<unknown>): void =>
  void load().then(
    (code) => come.set(load, code),
    () => {},
  );
