import type { Value } from "./source";
import { instantOf, wallTime } from "@/lib/time/zone";

/** Returns a value's instant, microseconds since 1970 in UTC; undefined where it holds none. */
export type TimeReader = (value: Value) => number | undefined;

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?$/i;
const US_PER_MS = 1_000;
const QUARTER_US = 900_000_000;
const MOST_SECONDS = 1e11; // far beyond any date

/**
 * Makes what reads times: ISO 8601 text, Unix seconds, or values of a column of times.
 *
 * Times without an offset are read in `zone`; of an hour that is lived twice, the first is meant.
 */
export function timeReader(zone: string): TimeReader {
  const toInstant = localReader(zone);
  return (value) => {
    if (value === null || value === undefined || value === "") return undefined;
    if (typeof value === "object") return value.isLocal ? toInstant(value.us) : value.us;
    if (typeof value === "boolean") return undefined;
    if (typeof value === "string") {
      const match = ISO.exec(value);
      if (match) return isoUs(match, toInstant);
    }
    return secondsUs(Number(value));
  };
}

function secondsUs(seconds: number): number | undefined {
  return Math.abs(seconds) < MOST_SECONDS ? Math.round(seconds * 1e6) : undefined;
}

function isoUs(match: RegExpExecArray, toInstant: (us: number) => number): number | undefined {
  const [, year, month, day, hour = 0, minute = 0, second = 0, part = "", offset] = match;
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const isDate = new Date(date).getUTCDate() === Number(day) && Number(month) <= 12;
  if (!isDate || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const ms = date + Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1_000;
  const us = ms * US_PER_MS + Number(part.padEnd(6, "0").slice(0, 6));
  return offset ? us - offsetUs(offset) : toInstant(us);
}

function offsetUs(offset: string): number {
  if (offset.toUpperCase() === "Z") return 0;
  const digits = offset.slice(1).replace(":", "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0);
  return (offset.startsWith("-") ? -minutes : minutes) * 60_000_000;
}

/** Zones change their offset on quarter hours alone, so each is looked up once. */
function localReader(zone: string): (localUs: number) => number {
  let knownQuarter = Number.NaN;
  let shiftUs = 0;
  return (localUs) => {
    const quarter = Math.floor(localUs / QUARTER_US);
    if (quarter !== knownQuarter) {
      const quarterMs = (quarter * QUARTER_US) / US_PER_MS;
      shiftUs = instantOf(zone, wallTime("UTC", quarterMs)) * US_PER_MS - quarter * QUARTER_US;
      knownQuarter = quarter;
    }
    return localUs + shiftUs;
  };
}
