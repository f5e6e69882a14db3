import { useEffect, type ReactNode } from "react";
import { Brand } from "@/components/ui/Brand";

interface Props {
  title: string;
  subtitle?: string;
  footer?: ReactNode;
  children: ReactNode;
}

/** What stands around the forms of those who are not signed in. */
export function SignedOutFrame({ title, subtitle, footer, children }: Props) {
  useEffect(() => {
    document.title = `${title} · NILM Energy Monitor`;
  }, [title]);
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <main className="flex flex-col px-5 py-6 sm:px-10">
        <Brand />
        <div className="mx-auto my-auto w-full max-w-sm py-10">
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          {subtitle && <p className="mt-1.5 text-muted">{subtitle}</p>}
          <div className="mt-6">{children}</div>
          {footer && <div className="mt-6 text-sm text-muted">{footer}</div>}
        </div>
      </main>
      <Picture />
    </div>
  );
}

/** A day of a household, drawn: the total, and what it is made of. */
function Picture() {
  return (
    <aside
      aria-hidden
      className="relative hidden overflow-hidden border-l border-line bg-accent-soft lg:block"
    >
      <svg viewBox="0 0 600 800" preserveAspectRatio="xMidYMax slice" className="size-full">
        <g className="fill-accent" opacity="0.1">
          <path d="M0 800V610h90l12-150 26 150h60l14-40h70l10-170 34 170h64l20-70h60l8-120 30 190h102v230z" />
        </g>
        <g className="fill-accent" opacity="0.16">
          <path d="M0 800V670h180l18-50h72l12-90 30 90h70l24-40h58l10-60 26 110h100v170z" />
        </g>
        <path d="M0 800v-72h600v72z" className="fill-accent" opacity="0.3" />
        <path
          d="M0 610h90l12-150 26 150h60l14-40h70l10-170 34 170h64l20-70h60l8-120 30 190h102"
          fill="none"
          className="stroke-accent"
          strokeWidth="3"
          strokeLinejoin="round"
        />
      </svg>
      <p className="absolute inset-x-12 top-[22%] max-w-md text-3xl leading-snug font-semibold tracking-tight text-accent-text">
        One meter. Every appliance. Where the energy went, how sure we are, and what it cost.
      </p>
    </aside>
  );
}
