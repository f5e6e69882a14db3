import { describe, expect, it } from "vitest";
import { clockText, numberOf, quarterHours, rateTimes, tariffIndexOn, weekdayName } from "./rates";

describe("rates", () => {
  it("writes when a rate holds", () => {
    expect(rateTimes({ weekdays: [], startMinute: 30, endMinute: 1_440 })).toBe(
      "Every day 00:30–24:00",
    );
    const weekend = `${weekdayName(6)}, ${weekdayName(7)}`;
    expect(rateTimes({ weekdays: [6, 7], startMinute: 1_320, endMinute: 420 })).toBe(
      `${weekend} 22:00–07:00`,
    );
  });

  it("offers the quarter hours that the server takes", () => {
    expect(quarterHours(0).at(0)).toBe(0);
    expect(quarterHours(0).at(-1)).toBe(1_425);
    expect(quarterHours(15).at(-1)).toBe(1_440);
    expect(clockText(1_440)).toBe("24:00");
  });

  it.each([
    ["0.25", 0.25],
    [" 0,25 ", 0.25],
    ["", Number.NaN],
    ["a lot", Number.NaN],
  ])("reads the number in %j", (text, value) => {
    expect(numberOf(text)).toBe(value);
  });

  it("finds the tariff of a day", () => {
    const tariffs = [{ effectiveDate: "2024-01-01" }, { effectiveDate: "2024-07-01" }];
    expect(tariffIndexOn("2023-12-31", tariffs)).toBe(-1);
    expect(tariffIndexOn("2024-06-30", tariffs)).toBe(0);
    expect(tariffIndexOn("2024-07-01", tariffs)).toBe(1);
  });
});
