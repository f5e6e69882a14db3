import { useSyncExternalStore } from "react";

/** What the person chose; the system's theme holds until then. */
export type ThemeChoice = "system" | "light" | "dark";

const KEY = "theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
let choice = storedChoice();

system.addEventListener("change", apply);

/** Chooses a theme, and keeps the choice for the next visit. */
export function chooseTheme(next: ThemeChoice): void {
  choice = next;
  try {
    if (next === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // Storage may be blocked; the choice then holds for this visit.
  }
  apply();
}

/** Returns what was chosen and whether the page is dark now. */
export function useTheme(): { choice: ThemeChoice; isDark: boolean } {
  const chosen = useSyncExternalStore(subscribe, () => choice);
  const isDark = useSyncExternalStore(subscribe, isDarkNow);
  return { choice: chosen, isDark };
}

function isDarkNow(): boolean {
  return choice === "dark" || (choice === "system" && system.matches);
}

function apply(): void {
  document.documentElement.classList.toggle("dark", isDarkNow());
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function storedChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "dark" || stored === "light" ? stored : "system";
  } catch {
    return "system";
  }
}
