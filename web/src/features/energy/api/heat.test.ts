import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { heatMap, hottest } from "./heat";
import { ReadingBucketsSchema } from "@/gen/nilm/telemetry/v1/reading_pb";

const buckets = (start: string, meanW: number[]) =>
  create(ReadingBucketsSchema, {
    startTime: timestampFromMs(Date.parse(start)),
    bucketPeriod: { seconds: 3_600n },
    meanW,
  });

describe("heatMap", () => {
  it("puts each hour where the local week has it", () => {
    // Sunday 23:00 UTC in summer is Monday 00:00 in London.
    const map = heatMap(buckets("2026-06-28T22:00:00Z", [100, 200]), "Europe/London");
    expect(map[6]?.[23]).toBe(100);
    expect(map[0]?.[0]).toBe(200);
    expect(map.flat().filter((powerW) => !Number.isNaN(powerW))).toHaveLength(2);
    expect(hottest(map)).toEqual({ row: 0, hour: 0, powerW: 200 });
  });

  it("has the mean of the same hour of several weeks, and of one that is lived twice", () => {
    const twoWeeks = new Array<number>(169).fill(Number.NaN);
    const map = heatMap(
      buckets("2026-01-05T08:00:00Z", [100, ...twoWeeks.slice(2), 300]),
      "Europe/London",
    );
    expect(map[0]?.[8]).toBe(200);
    const back = heatMap(buckets("2026-10-25T00:00:00Z", [50, 150]), "Europe/London");
    expect(back[6]?.[1]).toBe(100);
  });
});
