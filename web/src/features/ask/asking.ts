import { createContext, useContext } from "react";
import type { Raise } from "../../lib/limits";
import type { Planned, Reading } from "../../lib/protocol";
import type { Edit } from "./useComposer";

/** What a card may ask for. The page knows the dataset and the thread. */
export interface Asking {
  /** Asks a question in this thread. */
  ask: (question: string, onEnd?: (taken: boolean) => void) => void;
  /** Puts a question into the box to be changed. */
  rephrase: (question: string) => void;
  /** Opens a statement in the editor. */
  edit: (edit: Edit) => void;
  /** Asks for one reading of an ambiguous question. */
  choose: (reading: Reading, runId: string) => void;
  /** Runs a plan that was made from a run's by editing it. */
  refine: (plan: Planned["plan"], runId: string) => void;
  /** Asks the same again, whatever kind of request it was. */
  repeat: (runId: string) => void;
  /** Runs the same statement with a larger limit. */
  raise: (runId: string, raise: Raise) => void;
  /** Runs the same statement on the same version of the data. */
  reproduce: (runId: string) => void;
  /** True while a request is on its way to the server. */
  busy: boolean;
}

const nothing = () => {};

export const AskingContext = createContext<Asking>({
  ask: nothing,
  rephrase: nothing,
  edit: nothing,
  choose: nothing,
  refine: nothing,
  repeat: nothing,
  raise: nothing,
  reproduce: nothing,
  busy: false,
});

export const useAsking = (): Asking => useContext(AskingContext);
