import { describe, expect, it } from "vitest";
import {
  comparableSpans,
  comparedRange,
  rangeOf,
  readRange,
  shiftRange,
  writeRange,
} from "./range";

const TODAY = "2026-11-21";

describe("ranges", () => {
  it("are today where the address says nothing that can be read", () => {
    for (const search of ["", "range=nonsense", "range=custom&from=2026-02-30&to=x"]) {
      expect(readRange(new URLSearchParams(search), TODAY)).toEqual(rangeOf("day", TODAY));
    }
  });

  it("come back from the address as they were written", () => {
    const ranges = [
      rangeOf("day", "2026-11-20"),
      rangeOf("week", "2026-01-01"),
      rangeOf("month", TODAY),
      rangeOf("year", "2024-02-29"),
      { kind: "custom" as const, from: "2026-03-01", to: "2026-03-15" },
    ];
    for (const range of ranges) {
      const search = writeRange(new URLSearchParams("compare=year&zoom=1-2"), range, TODAY);
      expect(readRange(search, TODAY)).toEqual(range);
      expect(search.get("compare")).toBe("year");
      expect(search.has("zoom")).toBe(false);
    }
  });

  it("keep the address of the present short, so that it stays the present", () => {
    const search = writeRange(new URLSearchParams(), rangeOf("month", TODAY), TODAY);
    expect(search.toString()).toBe("range=month");
  });

  it("move by their own length", () => {
    expect(shiftRange(rangeOf("month", "2026-03-31"), -1)).toEqual(rangeOf("month", "2026-02-01"));
    expect(shiftRange(rangeOf("week", TODAY), 1).from).toBe("2026-11-23");
    const custom = { kind: "custom" as const, from: "2026-03-01", to: "2026-03-11" };
    expect(shiftRange(custom, -1)).toEqual({ ...custom, from: "2026-02-19", to: "2026-03-01" });
  });

  it("compare days and weeks of the year before by weekday", () => {
    expect(comparedRange(rangeOf("day", TODAY), "year")?.from).toBe("2025-11-22");
    expect(comparedRange(rangeOf("month", TODAY), "year")?.from).toBe("2025-11-01");
  });

  it("compare no more than has passed", () => {
    const range = rangeOf("day", TODAY);
    const nowMs = Date.parse("2026-11-21T10:20:00Z");
    const { span, other } = comparableSpans(range, shiftRange(range, -1), "Europe/London", nowMs);
    expect(span.endMs).toBe(Date.parse("2026-11-21T10:15:00Z"));
    expect(other.endMs).toBe(Date.parse("2026-11-20T10:15:00Z"));
  });
});
