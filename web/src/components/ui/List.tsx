import type { ReactNode } from "react";

/** Things one below the other, each with its actions at the right. */
export function List({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className="divide-y divide-line">
      {children}
    </ul>
  );
}

interface RowProps {
  title: ReactNode;
  /** What else is to be known, in one line where there is room. */
  detail?: ReactNode;
  /** Stands before the actions: a state or a number. */
  value?: ReactNode;
  actions?: ReactNode;
}

export function ListRow({ title, detail, value, actions }: RowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <div className="min-w-40 flex-1">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium break-words">
          {title}
        </div>
        {detail && <div className="mt-0.5 text-sm break-words text-muted">{detail}</div>}
      </div>
      {value && <div className="text-sm tabular-nums">{value}</div>}
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </li>
  );
}
