import { ArrowDownRight, ArrowUpRight, Equal } from "lucide-react";
import { classes } from "@/lib/classes";
import { formatShare } from "@/lib/format/quantities";

const SAME = 0.005;

/** How much more or less was used than before, as a part of it. */
export function Change({ change }: { change: number }) {
  const isSame = Math.abs(change) < SAME;
  const Icon = isSame ? Equal : change > 0 ? ArrowUpRight : ArrowDownRight;
  return (
    <span
      className={classes(
        "inline-flex items-center gap-1 font-medium whitespace-nowrap tabular-nums",
        isSame ? "text-muted" : change > 0 ? "text-warn" : "text-accent-text",
      )}
    >
      <Icon aria-hidden className="size-4" />
      {isSame ? "same" : formatShare(Math.abs(change))}
      {!isSame && <span className="sr-only">{change > 0 ? "more" : "less"}</span>}
    </span>
  );
}
