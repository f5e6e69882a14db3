import { useEffect, useState } from "react";

/** Returns the time, renewed every `periodMs` and rounded down to it. */
export function useNow(periodMs: number): number {
  const [nowMs, setNowMs] = useState(() => floorTo(Date.now(), periodMs));
  useEffect(() => {
    const timer = setInterval(
      () => {
        setNowMs(floorTo(Date.now(), periodMs));
      },
      Math.min(periodMs, 10_000),
    );
    return () => {
      clearInterval(timer);
    };
  }, [periodMs]);
  return nowMs;
}

/** Rounds down to a multiple of a period. */
export function floorTo(instantMs: number, periodMs: number): number {
  return Math.floor(instantMs / periodMs) * periodMs;
}

/** Rounds up to a multiple of a period. */
export function ceilTo(instantMs: number, periodMs: number): number {
  return Math.ceil(instantMs / periodMs) * periodMs;
}
