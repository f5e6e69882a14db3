import { Progress as Radix } from "radix-ui";

/** How far something is, 0 to 1. */
export function Progress({ label, fraction }: { label: string; fraction: number }) {
  const percent = Math.round(Math.min(1, Math.max(0, fraction)) * 100);
  return (
    <Radix.Root
      aria-label={label}
      value={percent}
      className="h-2.5 overflow-hidden rounded-full bg-sunken"
    >
      <Radix.Indicator
        className="h-full origin-left bg-accent transition-transform"
        style={{ transform: `scaleX(${percent / 100})` }}
      />
    </Radix.Root>
  );
}
