import { Menu } from "lucide-react";
import { createContext, useContext, useEffect, type ReactNode } from "react";
import { text } from "../text";
import { IconButton } from "./Button";

/** Opens the menu where the sidebar has no room. */
export const MenuContext = createContext<() => void>(() => {});

/** The button that opens the menu on narrow screens; every page has it first in its header. */
export function MenuButton() {
  const open = useContext(MenuContext);
  return (
    <IconButton label={text.nav.open} onPress={open} className="lg:hidden">
      <Menu size={18} aria-hidden />
    </IconButton>
  );
}

interface PageProps {
  title: string;
  /** The title of the browser's tab. */
  docTitle: string;
  /** What can be done with the whole page, at the right of its header. */
  actions?: ReactNode;
  /** Tables of many columns take the whole width; text does not. */
  wide?: boolean;
  children: ReactNode;
}

/** The frame of every page but Ask: a header with its title, and content that scrolls. */
export function Page({ title, docTitle, actions, wide = false, children }: PageProps) {
  useEffect(() => {
    document.title = docTitle;
  }, [docTitle]);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex min-h-13 items-center gap-3 border-b border-line px-4 py-2.5 max-sm:px-3">
        <MenuButton />
        <h1 className="min-w-0 truncate text-lg font-semibold tracking-tight">{title}</h1>
        {actions && <div className="ml-auto flex shrink-0 items-center gap-2">{actions}</div>}
      </header>
      <main id="main" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto -outline-offset-2">
        <div
          className={`mx-auto w-full space-y-6 px-4 py-6 max-sm:px-3 ${wide ? "max-w-[110rem]" : "max-w-5xl"}`}
        >
          {children}
        </div>
      </main>
    </div>
  );
}

/** The shape of a page whose code or data is on its way; it shows itself only if that takes a while. */
export function PageLoading() {
  return (
    <div aria-label={text.loading} role="status" className="late space-y-4 p-6">
      <div className="pulse h-6 w-40 rounded-sm bg-sunken" />
      <div className="pulse h-10 rounded-md bg-sunken" />
      <div className="pulse h-10 rounded-md bg-sunken" />
      <div className="pulse h-10 rounded-md bg-sunken" />
    </div>
  );
}
