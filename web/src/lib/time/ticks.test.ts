import { describe, expect, it } from "vitest";
import { zonedTicks } from "./ticks";
import { startOfDay } from "./zone";

const KOLKATA = "Asia/Kolkata";

describe("zonedTicks", () => {
  it("fall on round local hours, also half an hour off UTC", () => {
    const startMs = startOfDay(KOLKATA, "2026-05-01");
    const { unit, ticksMs } = zonedTicks(KOLKATA, startMs, startMs + 86_400_000, 9);
    expect(unit).toBe("minute");
    expect(ticksMs[0]).toBe(startMs);
    expect(ticksMs[1]).toBe(startMs + 3 * 3_600_000);
    expect(ticksMs.length).toBeLessThanOrEqual(9);
  });

  it("fall on the first of months over a year", () => {
    const startMs = startOfDay("Europe/London", "2026-01-01");
    const endMs = startOfDay("Europe/London", "2027-01-01");
    const { unit, ticksMs } = zonedTicks("Europe/London", startMs, endMs, 12);
    expect(unit).toBe("month");
    expect(ticksMs).toContain(startOfDay("Europe/London", "2026-07-01"));
  });
});
