import { describe, expect, it } from "vitest";
import {
  addToDay,
  dayOf,
  instantOf,
  instantsOf,
  isDayText,
  startOfDay,
  wallTime,
  weekdayOf,
} from "./zone";

const LONDON = "Europe/London";
const HOUR_MS = 3_600_000;

describe("days of a zone", () => {
  it("have 23 and 25 hours where clocks change", () => {
    const hours = (day: string) =>
      (startOfDay(LONDON, addToDay(day, { days: 1 })) - startOfDay(LONDON, day)) / HOUR_MS;
    expect(hours("2026-03-28")).toBe(24);
    expect(hours("2026-03-29")).toBe(23);
    expect(hours("2026-10-25")).toBe(25);
  });

  it("begin at local midnight, east and west", () => {
    expect(startOfDay("Asia/Kolkata", "2026-05-01")).toBe(Date.parse("2026-04-30T18:30:00Z"));
    expect(startOfDay("America/New_York", "2026-05-01")).toBe(Date.parse("2026-05-01T04:00:00Z"));
  });

  it("begin late where midnight is skipped", () => {
    // In Santiago clocks go from 24:00 to 01:00.
    const startMs = startOfDay("America/Santiago", "2026-09-06");
    expect(wallTime("America/Santiago", startMs)).toMatchObject({ day: 6, hour: 1 });
  });

  it("show each hour of a day on which clocks change", () => {
    const hours = [0, 1, 2].map((hour) => Date.parse("2026-03-29T00:30:00Z") + hour * HOUR_MS);
    expect(hours.map((ms) => wallTime(LONDON, ms).hour)).toEqual([0, 2, 3]);
    const back = [0, 1, 2].map((hour) => Date.parse("2026-10-24T23:30:00Z") + hour * HOUR_MS);
    expect(back.map((ms) => wallTime(LONDON, ms).hour)).toEqual([0, 1, 1]);
  });

  it("are found by an instant", () => {
    expect(dayOf(LONDON, Date.parse("2026-06-30T23:30:00Z"))).toBe("2026-07-01");
  });
});

describe("instantOf", () => {
  it("takes the first of two where an hour is repeated", () => {
    const first = instantOf(LONDON, { year: 2026, month: 10, day: 25, hour: 1, minute: 30 });
    expect(first).toBe(Date.parse("2026-10-25T00:30:00Z"));
  });
});

describe("instantsOf", () => {
  const minutes = { minute: 30, hour: 1 };

  it("finds both where an hour is repeated, in order", () => {
    expect(instantsOf(LONDON, { year: 2026, month: 10, day: 25, ...minutes })).toEqual([
      Date.parse("2026-10-25T00:30:00Z"),
      Date.parse("2026-10-25T01:30:00Z"),
    ]);
  });

  it("finds none where an hour is skipped, and one otherwise", () => {
    expect(instantsOf(LONDON, { year: 2026, month: 3, day: 29, ...minutes })).toEqual([]);
    expect(instantsOf(LONDON, { year: 2026, month: 3, day: 30, ...minutes })).toEqual([
      Date.parse("2026-03-30T00:30:00Z"),
    ]);
  });
});

describe("days of the calendar", () => {
  it("keep to the end of shorter months", () => {
    expect(addToDay("2026-01-31", { months: 1 })).toBe("2026-02-28");
    expect(addToDay("2024-02-29", { years: 1 })).toBe("2025-02-28");
  });

  it("know their weekday", () => {
    expect(weekdayOf("2026-11-21")).toBe(6);
    expect(weekdayOf("2026-11-22")).toBe(7);
  });

  it("are told from what is none", () => {
    expect(isDayText("2026-02-28")).toBe(true);
    expect(isDayText("2026-02-30")).toBe(false);
    expect(isDayText("yesterday")).toBe(false);
  });
});
