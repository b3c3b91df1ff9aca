import { savedText } from "../../text/saved";
import { Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";

/** What people kept: verified answers and test cases. */
export default function SavedPage() {
  return (
    <Page title={savedText.title} docTitle={savedText.docTitle}>
      <Notice tone="neutral" title={savedText.none} hint={savedText.noneHint} />
    </Page>
  );
}
