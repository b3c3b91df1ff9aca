/** The English of the list of keyboard shortcuts. */
export const keysText = {
  title: "Keyboard shortcuts",
  then: "then",
  groups: (command: string): { title: string; keys: [keys: string, does: string][] }[] => [
    {
      title: "Everywhere",
      keys: [
        [`${command} K`, "Find pages, datasets, questions and commands"],
        ["Esc", "Close a dialog or a list"],
      ],
    },
    {
      title: "Single keys",
      keys: [
        ["/", "Go to the question box"],
        ["n", "New question"],
        ["g, a", "Go to Ask"],
        ["g, d", "Go to Data"],
        ["g, s", "Go to Saved"],
        ["g, u", "Go to Audit"],
        ["?", "Show this list"],
      ],
    },
    {
      title: "In the question box",
      keys: [
        ["Enter", "Ask"],
        ["Shift Enter", "New line"],
      ],
    },
    {
      title: "In a result",
      keys: [
        ["↑ ↓ ← →", "Move by a cell"],
        ["PageUp PageDown", "Move by a screen"],
        ["Home End", "First or last column"],
        [`${command} Home End`, "First or last row"],
        ["Shift ↑ ↓", "Select rows"],
        [`${command} C`, "Copy what is selected"],
        ["Enter", "Show the whole value"],
      ],
    },
    {
      title: "In the stages of a run",
      keys: [
        ["← →", "One moment back or on"],
        ["Home End", "Its beginning, or its end"],
      ],
    },
  ],
  single: "Use single-key shortcuts",
  singleHint: "Switch them off if you dictate text, or press keys by accident.",
};
