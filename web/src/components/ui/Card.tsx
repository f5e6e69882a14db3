import { useId, type ReactNode } from "react";
import { classes } from "@/lib/classes";

interface Props {
  title?: string;
  /** What stands at the right of the title. */
  actions?: ReactNode;
  /** One line below the title. */
  subtitle?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A titled part of a page. */
export function Card({ title, actions, subtitle, className, children }: Props) {
  const id = useId();
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={classes(
        "min-w-0 rounded-card border border-line bg-surface p-4 shadow-card sm:p-5",
        className,
      )}
    >
      {(title ?? actions) && (
        <header className="mb-3 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <div className="min-w-0 flex-1 basis-32">
            {title && (
              <h2 id={id} className="text-[0.9375rem] font-semibold">
                {title}
              </h2>
            )}
            {subtitle && <p className="mt-0.5 text-sm text-muted">{subtitle}</p>}
          </div>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}
