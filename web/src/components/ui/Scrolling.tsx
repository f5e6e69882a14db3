import type { ReactNode } from "react";
import { classes } from "@/lib/classes";

interface Props {
  label: string;
  className?: string;
  children: ReactNode;
}

/** Content that scrolls inside itself where it is too large, by the keyboard too. */
export function Scrolling({ label, className, children }: Props) {
  const keyboard = { tabIndex: 0 }; // a scroller must take the focus, though it is no control
  return (
    <div
      role="region"
      aria-label={label}
      className={classes("relative overflow-auto", className)}
      {...keyboard}
    >
      {children}
    </div>
  );
}
