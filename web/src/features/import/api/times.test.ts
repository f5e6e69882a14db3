import { describe, expect, it } from "vitest";
import { timeReader } from "./times";

const london = timeReader("Europe/London");

describe("timeReader", () => {
  it.each([
    ["2024-07-01 12:00:00", "2024-07-01T11:00:00Z"],
    ["2024-01-01T12:00", "2024-01-01T12:00:00Z"],
    ["2024-01-01", "2024-01-01T00:00:00Z"],
    ["2024-07-01T12:00:00Z", "2024-07-01T12:00:00Z"],
    ["2024-07-01 12:00:00+02:00", "2024-07-01T10:00:00Z"],
    ["2024-07-01 12:00:00-0330", "2024-07-01T15:30:00Z"],
    ["1719835200", "2024-07-01T12:00:00Z"],
  ])("reads %s", (text, instant) => {
    expect(london(text)).toBe(Date.parse(instant) * 1_000);
  });

  it("keeps microseconds", () => {
    expect(london("2024-01-01T00:00:00.123456789Z")).toBe(1_704_067_200_123_456);
  });

  it("means the first of an hour that is lived twice, and moves a skipped one on", () => {
    expect(london("2024-10-27 01:30:10")).toBe(Date.parse("2024-10-27T00:30:10Z") * 1_000);
    expect(london("2024-03-31 01:30:10")).toBe(Date.parse("2024-03-31T01:30:10Z") * 1_000);
  });

  it("shifts the times of a column without a zone, and leaves others", () => {
    const us = Date.parse("2024-07-01T12:00:00Z") * 1_000;
    expect(london({ us, isLocal: true })).toBe(us - 3_600_000_000);
    expect(london({ us, isLocal: false })).toBe(us);
  });

  it.each(["", "yesterday", "2024-13-01", "2024-02-30", "2024-01-01 25:00", null, true, "1e30"])(
    "reads no time in %j",
    (value) => {
      expect(london(value)).toBeUndefined();
    },
  );
});
