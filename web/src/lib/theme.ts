import { recall, remember } from "./storage";

export type ThemeChoice = "light" | "dark" | "system";

const darkSystem = () => window.matchMedia("(prefers-color-scheme: dark)");

export function themeChoice(): ThemeChoice {
  const stored = recall("theme");
  return stored === "light" || stored === "dark" ? stored : "system";
}

function apply(choice: ThemeChoice): void {
  const dark = choice === "dark" || (choice === "system" && darkSystem().matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

/** Sets and remembers the theme. public/theme.js reads it before the next page's first paint. */
export function chooseTheme(choice: ThemeChoice): void {
  remember("theme", choice);
  apply(choice);
}

/** Follows the system while that is the choice. */
export function followSystemTheme(): void {
  darkSystem().addEventListener("change", () => apply(themeChoice()));
}
