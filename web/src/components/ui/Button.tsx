import type { ComponentProps } from "react";
import { classes } from "@/lib/classes";

type Look = "primary" | "secondary" | "quiet" | "danger";

const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  secondary: "border border-line bg-surface text-ink hover:bg-sunken",
  quiet: "text-muted hover:bg-sunken hover:text-ink",
  danger: "border border-line bg-surface text-danger hover:bg-danger-soft",
};

interface Props extends ComponentProps<"button"> {
  look?: Look;
  /** Small enough for a toolbar. */
  isSmall?: boolean;
  /** Whether its work is going on; it then cannot be pressed again. */
  isBusy?: boolean;
}

/** Looks of a button, for links that act like one. */
export function buttonClasses(look: Look = "primary", isSmall = false): string {
  return classes(
    "inline-flex items-center justify-center gap-2 rounded-lg font-medium whitespace-nowrap",
    "transition-colors disabled:opacity-55 disabled:cursor-not-allowed",
    isSmall ? "min-h-9 px-3 text-sm" : "min-h-11 px-4 text-[0.9375rem]",
    LOOKS[look],
  );
}

export function Button({ look = "primary", isSmall, isBusy, className, disabled, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || isBusy === true}
      aria-busy={isBusy ?? undefined}
      className={classes(buttonClasses(look, isSmall), className)}
    />
  );
}
