import type { TimeOfUseRate } from "@/gen/nilm/buildings/v1/tariff_pb";

export const STEP_MINUTES = 15;
export const DAY_MINUTES = 1_440;

/** A rate as its form holds it. */
export interface RateDraft {
  /** Tells it from the others while the form is open. */
  key: number;
  /** 1 (Monday) to 7 (Sunday); empty for all. */
  weekdays: readonly number[];
  startMinute: number;
  endMinute: number;
  /** As it was typed. */
  price: string;
}

/** Returns a time of day, `07:30`; the end of the day is `24:00`. */
export function clockText(minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** Returns the minutes of the day to choose from, in steps of a quarter of an hour. */
export function quarterHours(first: number): number[] {
  return Array.from({ length: DAY_MINUTES / STEP_MINUTES }, (_, at) => first + at * STEP_MINUTES);
}

/** Returns a weekday's short name in the person's language. */
export function weekdayName(weekday: number): string {
  const monday = Date.UTC(2024, 0, 1);
  return new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" }).format(
    monday + (weekday - 1) * 86_400_000,
  );
}

/** Returns when a rate holds: `Mon, Tue 22:00–07:00`. */
export function rateTimes(rate: Pick<TimeOfUseRate, "weekdays" | "startMinute" | "endMinute">) {
  const isEveryDay = rate.weekdays.length === 0 || rate.weekdays.length === 7;
  const days = isEveryDay ? "Every day" : rate.weekdays.map(weekdayName).join(", ");
  return `${days} ${clockText(rate.startMinute)}–${clockText(rate.endMinute)}`;
}

/** Returns the number that was typed, with a comma or a point; NaN where there is none. */
export function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text.trim().replace(",", "."));
}

/** Returns the index of the tariff that holds on a day; tariffs are by effective date. */
export function tariffIndexOn(day: string, tariffs: readonly { effectiveDate: string }[]): number {
  return tariffs.findLastIndex((tariff) => tariff.effectiveDate <= day);
}
