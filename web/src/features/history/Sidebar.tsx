import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  Bookmark,
  Command,
  Database,
  History,
  Keyboard,
  LogOut,
  Monitor,
  Moon,
  Plus,
  Sun,
} from "lucide-react";
import { Suspense, useState } from "react";
import { api } from "../../lib/api";
import { chooseTheme, themeChoice, type ThemeChoice } from "../../lib/theme";
import { IconButton } from "../../ui/Button";
import { Mark } from "../../ui/Mark";
import { Segmented } from "../../ui/Segmented";
import { text } from "../../text";
import { part } from "../../lib/part";

const ThreadList = part(() => import("./ThreadList"));

const PAGES = [
  { to: "/data", label: text.nav.data, Icon: Database },
  { to: "/saved", label: text.nav.saved, Icon: Bookmark },
  { to: "/audit", label: text.nav.audit, Icon: History },
] as const;

/** The left side: a new question, the earlier ones, and how the page looks. */
export function Sidebar({
  onPick,
  onKeys,
  onPalette,
}: {
  onPick: () => void;
  onKeys: () => void;
  onPalette: () => void;
}) {
  return (
    <>
      <div className="flex items-center gap-2.5 px-5 pt-4 pb-3">
        <Mark size={24} />
        <span className="flex-1 text-lg font-semibold tracking-tight">{text.product}</span>
        <IconButton label={text.keys.palette} onPress={onPalette} className="-my-1">
          <Command size={16} aria-hidden />
        </IconButton>
      </div>
      <div className="px-3 pb-2">
        <Link
          to="/"
          onClick={onPick}
          className="control flex items-center gap-2 rounded-md border border-line bg-surface px-3 text-sm font-medium transition-colors hover:border-line-strong"
        >
          <Plus size={15} aria-hidden />
          {text.nav.ask}
        </Link>
      </div>
      <nav aria-label={text.nav.pages} className="grid grid-cols-3 gap-1 px-3 pb-3">
        {PAGES.map(({ to, label, Icon }) => (
          <Link
            key={to}
            to={to}
            onClick={onPick}
            className="control flex items-center justify-center gap-1.5 rounded-md text-sm text-ink-2 -outline-offset-2 hover:bg-sunken hover:text-ink [&.active]:bg-sunken [&.active]:font-medium [&.active]:text-ink"
          >
            <Icon size={14} aria-hidden />
            {label}
          </Link>
        ))}
      </nav>
      <Suspense fallback={<div className="flex-1" />}>
        <ThreadList onPick={onPick} />
      </Suspense>
      <div className="flex items-center justify-between gap-2 border-t border-line px-3 py-2.5">
        <ThemeSwitch />
        <div className="flex">
          <IconButton label={text.keys.open} onPress={onKeys} className="pointer-coarse:hidden">
            <Keyboard size={16} aria-hidden />
          </IconButton>
          <SignOut />
        </div>
      </div>
    </>
  );
}

/** Where a token opened the session, a way to close it. */
function SignOut() {
  const session = useQuery({ queryKey: ["session"], queryFn: api.session, staleTime: Infinity });
  if (session.data?.mode !== "token") return null;
  // A fresh page forgets everything the signed-in one had seen.
  const leave = () => api.signOut().finally(() => location.assign("/"));
  return (
    <IconButton label={text.session.signOut(session.data.user)} onPress={() => void leave()}>
      <LogOut size={16} aria-hidden />
    </IconButton>
  );
}

function ThemeSwitch() {
  const [choice, setChoice] = useState<ThemeChoice>(themeChoice);
  return (
    <Segmented
      label={text.theme.label}
      value={choice}
      onChange={(next) => {
        setChoice(next);
        chooseTheme(next);
      }}
      options={[
        { id: "light", label: text.theme.light, icon: <Sun size={14} aria-hidden /> },
        { id: "dark", label: text.theme.dark, icon: <Moon size={14} aria-hidden /> },
        { id: "system", label: text.theme.system, icon: <Monitor size={14} aria-hidden /> },
      ]}
    />
  );
}
