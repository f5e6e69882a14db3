/** A wall-clock time, with the month from 1. */
export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

/** A day of the calendar, `YYYY-MM-DD`. */
export type DayText = string;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Returns what clocks in `zone` (an IANA name) show at an instant. */
export function wallTime(zone: string, instantMs: number): WallTime {
  const wall = new Date(instantMs + zoneOffsetMs(zone, instantMs));
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
  };
}

/**
 * Returns the offset of `zone` from UTC at an instant, ms, positive in the east.
 *
 * A calendar is slow to ask: it is asked once for each end of a day of UTC, and for the instant
 * itself only where clocks change on that day.
 */
export function zoneOffsetMs(zone: string, instantMs: number): number {
  const day = Math.floor(instantMs / DAY_MS);
  const first = offsetAtDay(zone, day);
  return first === offsetAtDay(zone, day + 1) ? first : askOffsetMs(zone, instantMs);
}

const offsets = new Map<string, Map<number, number>>();

function offsetAtDay(zone: string, day: number): number {
  let known = offsets.get(zone);
  if (!known) offsets.set(zone, (known = new Map<number, number>()));
  let offsetMs = known.get(day);
  if (offsetMs === undefined) known.set(day, (offsetMs = askOffsetMs(zone, day * DAY_MS)));
  return offsetMs;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function askOffsetMs(zone: string, instantMs: number): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(
    format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day, hour, minute } = part;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute);
  return asUtc - Math.floor(instantMs / MINUTE_MS) * MINUTE_MS;
}

/** Returns the first instant at which clocks in `zone` show a time; skipped times move on. */
export function instantOf(zone: string, wall: Partial<WallTime> & { year: number }): number {
  const [first] = instantsOf(zone, wall);
  return first ?? Math.max(...candidates(zone, utcOf(wall)));
}

/**
 * Returns the instants at which clocks in `zone` show a time, in order.
 *
 * There is none where clocks skip it, and there are two where they show it again.
 */
export function instantsOf(
  zone: string,
  wall: Partial<WallTime> & { year: number },
): readonly number[] {
  const asUtc = utcOf(wall);
  const fits = candidates(zone, asUtc).filter((each) => each + zoneOffsetMs(zone, each) === asUtc);
  return [...new Set(fits)].sort((one, other) => one - other);
}

function utcOf(wall: Partial<WallTime> & { year: number }): number {
  const { year, month = 1, day = 1, hour = 0, minute = 0 } = wall;
  return Date.UTC(year, month - 1, day, hour, minute);
}

/** Returns when clocks would show a time by the offsets of the days before and after. */
function candidates(zone: string, asUtc: number): readonly number[] {
  return [-DAY_MS, DAY_MS].map((away) => asUtc - zoneOffsetMs(zone, asUtc + away));
}

/** Returns the local day of an instant. */
export function dayOf(zone: string, instantMs: number): DayText {
  const { year, month, day } = wallTime(zone, instantMs);
  return dayText(Date.UTC(year, month - 1, day));
}

/** Returns the first instant of a local day. */
export function startOfDay(zone: string, day: DayText): number {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return instantOf(zone, { year, month, day: date });
}

/** Returns the day that is so many days, months or years later; the 31st becomes the last day. */
export function addToDay(
  day: DayText,
  change: { days?: number; months?: number; years?: number },
): DayText {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  const months = month - 1 + (change.months ?? 0) + 12 * (change.years ?? 0);
  const lastDate = new Date(Date.UTC(year, months + 1, 0)).getUTCDate();
  return dayText(Date.UTC(year, months, Math.min(date, lastDate) + (change.days ?? 0)));
}

/** Returns the weekday of a day, 1 (Monday) to 7 (Sunday). */
export function weekdayOf(day: DayText): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

/** Returns how many days lie from one day to another. */
export function daysBetween(from: DayText, to: DayText): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** Whether a text is a day of the calendar. */
export function isDayText(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time) && dayText(time) === text;
}

function dayText(utcMs: number): DayText {
  return new Date(utcMs).toISOString().slice(0, 10);
}
