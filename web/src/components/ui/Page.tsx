import { useEffect, type ReactNode } from "react";

interface Props {
  title: string;
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A screen: its title, its main controls and its parts. */
export function Page({ title, subtitle, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · NILM Energy Monitor`;
  }, [title]);
  return (
    <div className="mx-auto grid w-full max-w-7xl gap-4 px-4 py-5 sm:gap-5 sm:px-6 sm:py-7">
      <header className="flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          {subtitle && <p className="mt-1 text-sm text-muted">{subtitle}</p>}
        </div>
        {actions}
      </header>
      {children}
    </div>
  );
}
