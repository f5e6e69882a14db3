import type { Known } from "./fills";

const STYLES: Record<Known, (colour: string) => string> = {
  measured: (colour) => `var(${colour})`,
  estimated: (colour) =>
    `repeating-linear-gradient(135deg, var(${colour}) 0 2px, color-mix(in srgb, var(${colour}) 62%, var(--surface)) 2px 5px)`,
  unexplained: (colour) =>
    `radial-gradient(circle at 2px 2px, var(${colour}) 1px, transparent 1.2px) 0 0 / 5px 5px, color-mix(in srgb, var(${colour}) 35%, var(--surface))`,
};

/** Shows how a series is drawn, beside its name. */
export function Swatch({ known, colour }: { known: Known; colour: string }) {
  return (
    <span
      aria-hidden
      className="inline-block size-3.5 shrink-0 rounded"
      style={{ background: STYLES[known](colour) }}
    />
  );
}
