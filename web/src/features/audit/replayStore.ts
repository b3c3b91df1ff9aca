import { RunStore, type LiveRun } from "../../lib/live";

/**
 * A store that shows one run as it was at a moment, and every other run as it is. A card that is given it shows the
 * past with the code that shows the present.
 */
export class ReplayStore extends RunStore {
  constructor(
    private readonly present: RunStore,
    private readonly id: string,
    private readonly past: LiveRun,
  ) {
    super();
  }

  override get = (id: string | undefined): LiveRun => (id === this.id ? this.past : this.present.get(id));

  override subscribe = (id: string, listener: () => void): (() => void) =>
    id === this.id ? () => {} : this.present.subscribe(id, listener);

  override load(id: string): Promise<void> {
    return id === this.id ? Promise.resolve() : this.present.load(id);
  }
}
