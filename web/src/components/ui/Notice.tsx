import { AlertTriangle, Info } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "@/lib/classes";

interface Props {
  tone?: "info" | "warn" | "bad";
  children: ReactNode;
}

const TONES = {
  info: "bg-accent-soft text-accent-text",
  warn: "bg-warn-soft text-warn",
  bad: "bg-danger-soft text-danger",
};

/** A message beside what it is about; a bad one is read out at once. */
export function Notice({ tone = "info", children }: Props) {
  const Icon = tone === "info" ? Info : AlertTriangle;
  return (
    <div
      role={tone === "bad" ? "alert" : "status"}
      className={classes("flex gap-2.5 rounded-lg px-3.5 py-2.5 text-sm", TONES[tone])}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
