/** The English of the Saved page. */
export const savedText = {
  title: "Saved",
  docTitle: "Saved · Leo",
  verified: "Verified answers",
  none: "No answer is verified yet.",
  noneHint: "Ask a question, then mark its answer as verified.",
};
