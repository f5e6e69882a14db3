import type { ReactNode } from "react";

/** A few figures that sum a screen up, side by side where there is room. */
export function Figures({ children }: { children: ReactNode }) {
  return (
    <dl className="flex flex-wrap gap-px overflow-hidden rounded-card border border-line bg-line shadow-card">
      {children}
    </dl>
  );
}

interface FigureProps {
  title: string;
  value: string;
  /** What to know beside it. */
  children?: ReactNode;
}

export function Figure({ title, value, children }: FigureProps) {
  return (
    <div className="min-w-[9.5rem] flex-1 bg-surface p-4 sm:min-w-44 sm:px-5">
      <dt className="text-sm text-muted">{title}</dt>
      <dd className="mt-1">
        <span className="block text-2xl font-semibold tracking-tight tabular-nums">{value}</span>
        <span className="mt-1 block min-h-5 text-sm text-muted tabular-nums">{children}</span>
      </dd>
    </div>
  );
}
