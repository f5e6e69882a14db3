import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { estimateCsv, fileName, isOffered, seriesKey } from "./export";
import { rangeOf } from "./range";
import { MeterSchema } from "@/gen/nilm/buildings/v1/meter_pb";

const METER = { kind: "meter", meter: create(MeterSchema, { meterId: "mtr_1" }) } as const;
const ESTIMATE = { kind: "estimate", applianceId: "kettle" } as const;

describe("what is exported", () => {
  it("is a meter in both formats, or an estimate as CSV", () => {
    expect(isOffered(METER, "parquet")).toBe(true);
    expect(isOffered(ESTIMATE, "csv")).toBe(true);
    expect(isOffered(ESTIMATE, "parquet")).toBe(false);
    expect(seriesKey(METER)).not.toBe(seriesKey(ESTIMATE));
  });

  it("is named by building, series and days", () => {
    expect(fileName("Home", "Mains", rangeOf("day", "2024-06-01"))).toBe("Home Mains 2024-06-01");
    expect(fileName("Home", "Mains", rangeOf("month", "2024-06-09"))).toBe(
      "Home Mains 2024-06-01 2024-06-30",
    );
  });

  it("has a row for each estimate, with its confidence", () => {
    const startMs = Date.parse("2024-06-01T10:00:00Z");
    const cells = [
      {
        startMs,
        endMs: startMs + 60_000,
        powerW: Math.fround(2_000.1),
        confidence: Math.fround(0.9),
      },
      { startMs: startMs + 500, endMs: startMs + 60_500, powerW: 0, confidence: 1 },
    ];
    expect(estimateCsv(cells)).toBe(
      "time,power_w,confidence\n" +
        "2024-06-01T10:00:00Z,2000.1,0.9\n" +
        "2024-06-01T10:00:00.500Z,0,1\n",
    );
  });
});
