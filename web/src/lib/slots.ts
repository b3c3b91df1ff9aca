/**
 * A browser keeps six connections to one origin over all of its tabs. Four may be event streams, so that two are left
 * for everything else, however many windows look at running questions.
 */
const SLOTS = 4;

/** Whether this browser can count what other tabs hold. Over plain HTTP from another machine it cannot. */
export const canCount = (): boolean => Boolean(navigator.locks);

/** Takes one of the places for a stream; undefined when other tabs hold all of them. Call the result to give it back. */
export async function takeSlot(): Promise<(() => void) | undefined> {
  for (let at = 0; at < SLOTS; at++) {
    const release = await new Promise<(() => void) | undefined>((resolve) => {
      void navigator.locks.request(`leo.stream.${at}`, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(undefined);
        return new Promise<void>((done) => resolve(() => done()));
      });
    });
    if (release) return release;
  }
  return undefined;
}
