import { describe, expect, it } from "vitest";
import { todaySpans } from "./today";

const text = (ms: number) => new Date(ms).toISOString();

describe("todaySpans", () => {
  it("compares the same hours up to the last full quarter", () => {
    const spans = todaySpans("Europe/London", Date.parse("2026-11-21T10:20:00Z"));
    expect(text(spans.today.endMs)).toBe("2026-11-21T10:20:00.000Z");
    expect(text(spans.comparable.endMs)).toBe("2026-11-21T10:15:00.000Z");
    expect(text(spans.yesterday.startMs)).toBe("2026-11-20T00:00:00.000Z");
    expect(text(spans.yesterday.endMs)).toBe("2026-11-20T10:15:00.000Z");
    expect(text(spans.lastWeek.endMs)).toBe("2026-11-14T10:15:00.000Z");
  });

  it("means hours on the clock where it was changed in between", () => {
    // Monday noon GMT; the Monday before was still BST.
    const spans = todaySpans("Europe/London", Date.parse("2026-10-26T12:00:00Z"));
    expect(text(spans.lastWeek.endMs)).toBe("2026-10-19T11:00:00.000Z");
  });
});
