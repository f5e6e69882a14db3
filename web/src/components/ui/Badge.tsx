import type { ReactNode } from "react";
import { classes } from "@/lib/classes";

export type Tone = "neutral" | "good" | "warn" | "bad";

const TONES: Record<Tone, string> = {
  neutral: "bg-sunken text-muted",
  good: "bg-accent-soft text-accent-text",
  warn: "bg-warn-soft text-warn",
  bad: "bg-danger-soft text-danger",
};

/** A short state, told by words and colour. */
export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={classes(
        "inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium",
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}
