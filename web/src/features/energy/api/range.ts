import { formatSpan, formatTime } from "@/lib/format/times";
import {
  addToDay,
  daysBetween,
  isDayText,
  startOfDay,
  weekdayOf,
  type DayText,
} from "@/lib/time/zone";

export type RangeKind = "day" | "week" | "month" | "year" | "custom";

/** The days that a page looks at. */
export interface Range {
  kind: RangeKind;
  /** First day. */
  from: DayText;
  /** First day after. */
  to: DayText;
}

/** What a range is compared with. */
export type Comparison = "none" | "previous" | "year";

const MOST_DAYS = 3_652;

/** Returns the range of a kind that holds a day. */
export function rangeOf(kind: Exclude<RangeKind, "custom">, day: DayText): Range {
  switch (kind) {
    case "day":
      return { kind, from: day, to: addToDay(day, { days: 1 }) };
    case "week": {
      const from = addToDay(day, { days: 1 - weekdayOf(day) });
      return { kind, from, to: addToDay(from, { days: 7 }) };
    }
    case "month": {
      const from = `${day.slice(0, 7)}-01`;
      return { kind, from, to: addToDay(from, { months: 1 }) };
    }
    case "year": {
      const from = `${day.slice(0, 4)}-01-01`;
      return { kind, from, to: addToDay(from, { years: 1 }) };
    }
  }
}

/** Reads a range from the page's address; what cannot be read becomes today. */
export function readRange(search: URLSearchParams, today: DayText): Range {
  const kind = search.get("range") ?? "day";
  const date = search.get("date") ?? "";
  const day = isDayText(date) ? date : today;
  if (kind === "week" || kind === "month" || kind === "year") return rangeOf(kind, day);
  if (kind === "custom") {
    const from = search.get("from") ?? "";
    const last = search.get("to") ?? "";
    if (isDayText(from) && isDayText(last)) {
      const days = daysBetween(from, last) + 1;
      if (days >= 1 && days <= MOST_DAYS) {
        return { kind, from, to: addToDay(last, { days: 1 }) };
      }
    }
  }
  return rangeOf("day", day);
}

/** Writes a range into the page's address; what was zoomed into belongs to the old one. */
export function writeRange(search: URLSearchParams, range: Range, today: DayText): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const name of ["range", "date", "from", "to", "zoom"]) next.delete(name);
  if (range.kind === "custom") {
    next.set("range", range.kind);
    next.set("from", range.from);
    next.set("to", addToDay(range.to, { days: -1 }));
    return next;
  }
  if (range.kind !== "day") next.set("range", range.kind);
  if (rangeOf(range.kind, today).from !== range.from) next.set("date", range.from);
  return next;
}

/** Returns the range that lies so many of its own lengths later. */
export function shiftRange(range: Range, steps: number): Range {
  switch (range.kind) {
    case "day":
      return rangeOf("day", addToDay(range.from, { days: steps }));
    case "week":
      return rangeOf("week", addToDay(range.from, { days: 7 * steps }));
    case "month":
      return rangeOf("month", addToDay(range.from, { months: steps }));
    case "year":
      return rangeOf("year", addToDay(range.from, { years: steps }));
    case "custom": {
      const days = daysBetween(range.from, range.to) * steps;
      return {
        kind: "custom",
        from: addToDay(range.from, { days }),
        to: addToDay(range.to, { days }),
      };
    }
  }
}

/** Returns the range to compare with: the one before, or the same of the year before. */
export function comparedRange(range: Range, comparison: Comparison): Range | undefined {
  if (comparison === "none") return undefined;
  if (comparison === "previous") return shiftRange(range, -1);
  // 52 weeks keep the weekdays, which matter more than the date for days and weeks.
  const isShort = daysBetween(range.from, range.to) <= 7;
  const change = isShort ? { days: -364 } : { years: -1 };
  return { kind: range.kind, from: addToDay(range.from, change), to: addToDay(range.to, change) };
}

/** A span of time. */
export interface Span {
  startMs: number;
  endMs: number;
}

/** Returns the instants that a range lies between. */
export function spanOf(range: Range, zone: string): Span {
  return { startMs: startOfDay(zone, range.from), endMs: startOfDay(zone, range.to) };
}

const QUARTER_MS = 15 * 60_000;

/**
 * Returns the parts of two ranges that can be compared.
 *
 * A range that is not over is compared up to its last full quarter of an hour with as much of the
 * other one.
 */
export function comparableSpans(
  range: Range,
  other: Range,
  zone: string,
  nowMs: number,
): { span: Span; other: Span } {
  const span = spanOf(range, zone);
  const whole = spanOf(other, zone);
  if (span.endMs <= nowMs) return { span, other: whole };
  const goneMs = Math.max(0, Math.floor((nowMs - span.startMs) / QUARTER_MS) * QUARTER_MS);
  return {
    span: { startMs: span.startMs, endMs: span.startMs + goneMs },
    other: { startMs: whole.startMs, endMs: Math.min(whole.endMs, whole.startMs + goneMs) },
  };
}

/** Returns a range for people: `Fri, Nov 20, 2026`, `November 2026`. */
export function rangeTitle(range: Range, zone: string): string {
  const { startMs, endMs } = spanOf(range, zone);
  switch (range.kind) {
    case "day":
      return formatTime(startMs, zone, "dayAndYear");
    case "month":
      return formatTime(startMs, zone, "month");
    case "year":
      return range.from.slice(0, 4);
    case "week":
    case "custom":
      return formatSpan(startMs, endMs - 1, zone, "dayAndYear");
  }
}

/** What one bar stands for. */
export type BarPeriod = "hour" | "day" | "month";

const MOST_DAYS_BY_HOUR = 2;
const MOST_DAYS_BY_DAY = 92;

/** Returns what one bar of a range stands for. */
export function barPeriodOf(range: Range): BarPeriod {
  const days = daysBetween(range.from, range.to);
  if (days <= MOST_DAYS_BY_HOUR) return "hour";
  return days <= MOST_DAYS_BY_DAY ? "day" : "month";
}
