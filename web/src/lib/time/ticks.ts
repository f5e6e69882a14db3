import { addToDay, dayOf, instantOf, startOfDay, weekdayOf, type DayText } from "./zone";

/** What the ticks of an axis fall on: it tells how to write them. */
export type TickUnit = "minute" | "day" | "month";

const MINUTE_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720];
const DAY_STEPS = [1, 2, 7, 14];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24];
const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const MONTH_MS = 30.44 * DAY_MS;

/** Returns at most `most` instants that are round on clocks and calendars in `zone`. */
export function zonedTicks(
  zone: string,
  startMs: number,
  endMs: number,
  most: number,
): { unit: TickUnit; ticksMs: number[] } {
  const span = endMs - startMs;
  const inside = (timesMs: number[]) => timesMs.filter((ms) => ms >= startMs && ms <= endMs);
  const minutes = MINUTE_STEPS.find((step) => span / (step * MINUTE_MS) <= most);
  const firstDay = dayOf(zone, startMs);
  if (minutes !== undefined) {
    return { unit: "minute", ticksMs: inside(minuteTicks(zone, firstDay, endMs, minutes)) };
  }
  const days = DAY_STEPS.find((step) => span / (step * DAY_MS) <= most);
  if (days !== undefined) {
    const first = days >= 7 ? addToDay(firstDay, { days: 1 - weekdayOf(firstDay) }) : firstDay;
    return { unit: "day", ticksMs: inside(dayTicks(zone, first, endMs, { days })) };
  }
  const months = MONTH_STEPS.find((step) => span / (step * MONTH_MS) <= most) ?? 60;
  const first: DayText =
    months >= 12 ? `${firstDay.slice(0, 4)}-01-01` : `${firstDay.slice(0, 7)}-01`;
  return { unit: "month", ticksMs: inside(dayTicks(zone, first, endMs, { months })) };
}

function minuteTicks(zone: string, firstDay: DayText, endMs: number, step: number): number[] {
  const ticks: number[] = [];
  for (let day = firstDay; startOfDay(zone, day) <= endMs; day = addToDay(day, { days: 1 })) {
    const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
    for (let minute = 0; minute < 1_440; minute += step) {
      ticks.push(
        instantOf(zone, {
          year,
          month,
          day: date,
          hour: Math.floor(minute / 60),
          minute: minute % 60,
        }),
      );
    }
  }
  return [...new Set(ticks)];
}

function dayTicks(
  zone: string,
  first: DayText,
  endMs: number,
  step: { days?: number; months?: number },
): number[] {
  const ticks: number[] = [];
  for (let day = first; startOfDay(zone, day) <= endMs; day = addToDay(day, step)) {
    ticks.push(startOfDay(zone, day));
  }
  return ticks;
}
