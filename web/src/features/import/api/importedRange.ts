import { dayOf } from "@/lib/time/zone";

const SHORT_MS = 36 * 3_600_000;

/** Returns the part of the energy page's address that shows the end of what was imported. */
export function importedRange(
  firstTimeMs: number | undefined,
  lastTimeMs: number | undefined,
  zone: string,
): string {
  if (firstTimeMs === undefined || lastTimeMs === undefined) return "";
  const kind = lastTimeMs - firstTimeMs <= SHORT_MS ? "day" : "month";
  return `range=${kind}&date=${dayOf(zone, lastTimeMs)}`;
}
