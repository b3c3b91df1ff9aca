/** The English of the list of conversations. */
export const threadsText = {
  list: "Conversations",
  search: "Search conversations",
  none: "Conversations you begin appear here.",
  noneFound: "No conversation matches.",
  failed: "The conversations could not be loaded.",
  more: "Show older",
  untitled: "Untitled",
  runs: (n: number) => (n === 1 ? "1 question" : `${n} questions`),
  menu: (title: string) => `What to do with ${title}`,
  rename: "Rename",
  remove: "Delete",
  renameTitle: "Rename conversation",
  title: "Title",
  titleHint: "Left empty, the first question is the title again.",
  save: "Save",
  cancel: "Cancel",
  removeTitle: "Delete conversation",
  removeIntro: (title: string) =>
    `“${title}” leaves the lists and the search, for everybody in your organisation.`,
  removeKept:
    "Nothing is erased: its questions, queries and results stay on record for the audit, and their links go on working.",
  removed: (title: string) => `Deleted “${title}”.`,
  deletedOn: (day: string) => `This conversation was deleted on ${day}.`,
  deletedHint:
    "It is in no list any more. Its questions and results stay on record, and links to them go on working.",
  bringBack: "Bring it back",
  undo: "Undo",
  busy: "One moment…",
};
