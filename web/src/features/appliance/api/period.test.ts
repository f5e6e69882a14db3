import { describe, expect, it } from "vitest";
import { lastDays, lastMonths, readLength } from "./period";

const ZONE = "Europe/London";
const NOON = Date.parse("2024-04-10T12:00:00Z");

describe("the time that the page looks at", () => {
  it("is read from the address, 90 days where that says nothing it knows", () => {
    expect(readLength(new URLSearchParams("days=30"))).toBe("30");
    expect(readLength(new URLSearchParams("days=31"))).toBe("90");
    expect(readLength(new URLSearchParams())).toBe("90");
  });

  it("is whole local days, today included, whatever the clocks do", () => {
    expect(lastDays("30", ZONE, NOON)).toEqual({
      startMs: Date.parse("2024-03-12T00:00:00Z"),
      endMs: Date.parse("2024-04-10T23:00:00Z"),
    });
  });

  it("is twelve local months for the trend", () => {
    expect(lastMonths(ZONE, NOON)).toEqual({
      startMs: Date.parse("2023-04-30T23:00:00Z"),
      endMs: Date.parse("2024-04-30T23:00:00Z"),
    });
  });
});
