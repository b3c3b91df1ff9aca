/** The English of answers a person vouches for, and of test cases. */
export const verifiedText = {
  title: (question: string) => `A person vouches for this answer to: ${question}`,
  stale: "No longer verified",
  staleTitle: (owner: string, day: string) => `${owner} verified it on ${day}.`,
  mark: "Mark as verified",
  head: "Verify this answer",
  intro:
    "Questions worded nearly like this one get this answer from now on, with your name, until the columns it reads change.",
  question: "Question",
  questionHint: "It must say all there is to it, without what was said before.",
  note: "Note",
  noteHint: "How you know that it is right. Others can read it.",
  confirm: "Verify",
  replace: "Replace it",
  remove: "Take the mark away",
  failed: "The answer could not be verified.",
  testCase: "Save as test case",
  testCaseTitle: "Keeps the question and the whole result, for leo eval",
  saved: "Saved as a test case",
};
