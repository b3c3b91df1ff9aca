import { Drawer } from "../../ui/Overlay";
import { text } from "../../text";
import { Sidebar } from "./Sidebar";

/** The sidebar where there is no room for one. */
export default function MenuDrawer({
  onClose,
  onKeys,
  onPalette,
}: {
  onClose: () => void;
  onKeys: () => void;
  onPalette: () => void;
}) {
  return (
    <Drawer title={text.nav.title} onClose={onClose}>
      <Sidebar onPick={onClose} onKeys={onKeys} onPalette={onPalette} />
    </Drawer>
  );
}
