import { useId, type ComponentProps, type ReactNode } from "react";
import { classes } from "@/lib/classes";

const CONTROL = classes(
  "w-full min-h-11 rounded-lg border bg-surface px-3 text-base text-ink sm:text-[0.9375rem]",
  "placeholder:text-muted disabled:opacity-60",
);

interface Common {
  label: string;
  /** What to know before typing. */
  hint?: string | undefined;
  /** What is wrong with what was typed. */
  error?: string | undefined;
}

interface FrameProps extends Common {
  id: string;
  children: ReactNode;
}

function Frame({ id, label, hint, error, children }: FrameProps) {
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children}
      {hint && !error && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-sm text-danger">
          {error}
        </p>
      )}
    </div>
  );
}

function describe(id: string, { hint, error }: Common) {
  return {
    id,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": error ? `${id}-error` : hint ? `${id}-hint` : undefined,
    className: classes(CONTROL, error ? "border-danger" : "border-edge"),
  };
}

/** A labelled input; its error names what to mend. */
export function TextField({ label, hint, error, ...input }: Common & ComponentProps<"input">) {
  const id = useId();
  const common = { label, hint, error };
  return (
    <Frame id={id} {...common}>
      <input {...input} {...describe(id, common)} />
    </Frame>
  );
}

/** A labelled choice of a few. */
export function SelectField({ label, hint, error, ...select }: Common & ComponentProps<"select">) {
  const id = useId();
  const common = { label, hint, error };
  return (
    <Frame id={id} {...common}>
      <select {...select} {...describe(id, common)} />
    </Frame>
  );
}
