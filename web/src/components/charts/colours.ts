import { useMemo } from "react";
import { useTheme } from "@/lib/theme";

/** Returns what a CSS variable such as `--series-1` holds in the present theme. */
export function useColours(): (variable: string) => string {
  const { isDark } = useTheme();
  return useMemo(() => {
    const style = getComputedStyle(document.documentElement);
    const missing = isDark ? "#ffffff" : "#000000";
    return (variable) => style.getPropertyValue(variable).trim() || missing;
  }, [isDark]);
}
