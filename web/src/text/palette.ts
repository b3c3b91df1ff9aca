/** The English of the command palette. */
export const paletteText = {
  title: "Commands",
  placeholder: "Find a page, a dataset, a question or a command…",
  none: "Nothing matches.",
  results: (n: number) => (n === 1 ? "1 result" : `${n} results`),
  failed: "Datasets and questions could not be loaded.",
  groups: { go: "Go to", do: "Do", dataset: "Datasets", thread: "Conversations" },
  ask: "Ask",
  newQuestion: "New question",
  addData: "Add data",
  theme: { light: "Use the light theme", dark: "Use the dark theme", system: "Use the system's theme" },
  keys: "Show keyboard shortcuts",
};
