/** The mark and the name of the product. */
export function Brand({ isCompact = false }: { isCompact?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2.5">
      <svg viewBox="0 0 32 32" aria-hidden className="size-8 shrink-0">
        <rect width="32" height="32" rx="9" className="fill-accent" />
        <path
          d="M5 20h5l3-11 5 16 3.2-9H27"
          fill="none"
          className="stroke-on-accent"
          strokeWidth="2.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      {!isCompact && (
        <span className="leading-tight font-semibold tracking-tight">NILM Energy Monitor</span>
      )}
    </span>
  );
}
