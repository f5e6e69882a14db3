import { describe, expect, it } from "vitest";
import { readMissedRun, type TypedRun } from "./missedRun";
import { fieldErrors } from "@/lib/rpc/fields";

const LONDON = "Europe/London";
const NOW_MS = Date.parse("2026-11-21T12:00:00Z");

const read = (start: string, end: string) => readMissedRun({ start, end }, LONDON, NOW_MS);

function wrongIn({ start, end }: TypedRun) {
  try {
    read(start, end);
  } catch (error) {
    return fieldErrors(error);
  }
  return {};
}

describe("readMissedRun", () => {
  it("reads times by the clocks of the zone", () => {
    expect(read("2026-07-01T07:00", "2026-07-01T07:04")).toEqual({
      startMs: Date.parse("2026-07-01T06:00:00Z"),
      endMs: Date.parse("2026-07-01T06:04:00Z"),
    });
  });

  it("takes the end after the start where an hour is repeated", () => {
    expect(read("2026-10-25T01:50", "2026-10-25T01:10")).toEqual({
      startMs: Date.parse("2026-10-25T00:50:00Z"),
      endMs: Date.parse("2026-10-25T01:10:00Z"),
    });
  });

  it.each([
    ["", "", { start_time: "Needs a day and a time.", end_time: "Needs a day and a time." }],
    ["2026-11-20T07:00", "2026-11-20T07:00", { end_time: "Must be after the start." }],
    ["2026-11-20T07:00", "2026-11-21T12:01", { end_time: "Must not be in the future." }],
    [
      "2026-11-21T12:01",
      "2026-11-21T12:09",
      { start_time: "Must not be in the future.", end_time: "Must not be in the future." },
    ],
    [
      "2026-03-29T01:30",
      "2026-03-29T02:30",
      { start_time: "Clocks in Europe/London went forward past this time." },
    ],
  ])("names what is wrong with %j to %j", (start, end, wrong) => {
    expect(wrongIn({ start, end })).toEqual(wrong);
  });
});
