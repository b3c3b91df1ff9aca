import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Keyboard, LogOut, Monitor, Moon, Plus, Sun } from "lucide-react";
import { useState } from "react";
import { api } from "../../lib/api";
import { chooseTheme, themeChoice, type ThemeChoice } from "../../lib/theme";
import { IconButton } from "../../ui/Button";
import { Mark } from "../../ui/Mark";
import { Segmented } from "../../ui/Segmented";
import { text } from "../../text";
import { RunList } from "./RunList";

/** The left side: a new question, the earlier ones, and how the page looks. */
export function Sidebar({ onPick, onKeys }: { onPick: () => void; onKeys: () => void }) {
  return (
    <>
      <div className="flex items-center gap-2.5 px-5 pt-4 pb-3">
        <Mark size={24} />
        <span className="text-lg font-semibold tracking-tight">{text.product}</span>
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
      <RunList onPick={onPick} />
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
