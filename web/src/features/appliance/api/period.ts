import { addToDay, dayOf, startOfDay } from "@/lib/time/zone";

/** How many days, today included, the page can look back. */
export const LENGTHS = ["30", "90", "365"] as const;

export type Length = (typeof LENGTHS)[number];

const DEFAULT_LENGTH: Length = "90";

/** A span of time. */
export interface Span {
  startMs: number;
  endMs: number;
}

/** Reads how far to look back from the page's address. */
export function readLength(search: URLSearchParams): Length {
  return LENGTHS.find((each) => each === search.get("days")) ?? DEFAULT_LENGTH;
}

/** Returns the last days up to the end of today. */
export function lastDays(length: Length, zone: string, nowMs: number): Span {
  const today = dayOf(zone, nowMs);
  return {
    startMs: startOfDay(zone, addToDay(today, { days: 1 - Number(length) })),
    endMs: startOfDay(zone, addToDay(today, { days: 1 })),
  };
}

const TREND_MONTHS = 12;

/** Returns the last twelve months up to the end of the present one. */
export function lastMonths(zone: string, nowMs: number): Span {
  const first = `${dayOf(zone, nowMs).slice(0, 7)}-01`;
  return {
    startMs: startOfDay(zone, addToDay(first, { months: 1 - TREND_MONTHS })),
    endMs: startOfDay(zone, addToDay(first, { months: 1 })),
  };
}
