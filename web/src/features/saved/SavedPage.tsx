import { savedText as T } from "../../text/saved";
import { Page } from "../../ui/Page";
import { TestCases } from "./TestCases";
import { VerifiedAnswers } from "./VerifiedAnswers";

/** What people kept: verified answers and test cases. */
export default function SavedPage() {
  return (
    <Page title={T.title} docTitle={T.docTitle}>
      <VerifiedAnswers />
      <TestCases />
    </Page>
  );
}
