import { addToDay, dayOf, instantOf, startOfDay, wallTime } from "@/lib/time/zone";

const QUARTER_MS = 15 * 60_000;

/** A span of time. */
export interface Span {
  startMs: number;
  endMs: number;
}

/** Today so far, and the same hours of the days that it is compared with. */
export interface TodaySpans {
  today: Span;
  /** Today up to the last full quarter of an hour: what can be compared. */
  comparable: Span;
  yesterday: Span;
  lastWeek: Span;
}

/**
 * Returns the spans that today is compared over.
 *
 * Energy is summed by quarters of an hour, so the comparison ends at the last full one; "the same
 * hours" are those that clocks in the zone show, also where they were changed in between.
 */
export function todaySpans(zone: string, nowMs: number): TodaySpans {
  const day = dayOf(zone, nowMs);
  const startMs = startOfDay(zone, day);
  const untilMs = Math.max(startMs, Math.floor(nowMs / QUARTER_MS) * QUARTER_MS);
  const { hour, minute } = wallTime(zone, untilMs);
  const sameHours = (days: number): Span => {
    const other = addToDay(day, { days });
    const [year = 1970, month = 1, date = 1] = other.split("-").map(Number);
    return {
      startMs: startOfDay(zone, other),
      endMs: instantOf(zone, { year, month, day: date, hour, minute }),
    };
  };
  return {
    today: { startMs, endMs: Math.max(nowMs, startMs + 1) },
    comparable: { startMs, endMs: untilMs },
    yesterday: sameHours(-1),
    lastWeek: sameHours(-7),
  };
}
