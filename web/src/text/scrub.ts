/** The English of going back through a run. */
export const scrubText = {
  label: "Go back through this run",
  asked: "Asked",
  moment: (at: number, all: number, what: string, after: string) =>
    `${at} of ${all}: ${what}, after ${after}`,
  end: "Back to the end",
};
