import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { LiveSeries } from "./liveSeries";
import { estimatedAppliance, liveColumns } from "./split";
import { ReadingColumnsSchema } from "@/gen/nilm/telemetry/v1/reading_pb";

const START_MS = Date.UTC(2026, 0, 1);

const readings = (...rows: [seconds: number, powerW: number][]) =>
  create(ReadingColumnsSchema, {
    startTime: timestampFromMs(START_MS),
    offsetUs: rows.map(([seconds]) => BigInt(seconds * 1_000_000)),
    powerW: rows.map(([, powerW]) => powerW),
  });

function seriesOf(...rows: [seconds: number, powerW: number][]): LiveSeries {
  const series = new LiveSeries();
  series.add(readings(...rows));
  return series;
}

describe("LiveSeries", () => {
  it("keeps time order and the last write of a time", () => {
    const series = seriesOf([0, 100], [20, 300]);
    series.add(readings([10, 200], [20, 350]));
    expect(series.powersW).toEqual([100, 200, 350]);
    expect(series.latest()).toEqual({ timeMs: START_MS + 20_000, powerW: 350 });
    expect(series.periodMs()).toBe(10_000);
  });

  it("lets a reading hold until the next, but not over a gap", () => {
    const series = seriesOf([0, 100], [400, 500]);
    expect(series.at(START_MS + 299_000)).toBe(100);
    expect(series.at(START_MS + 301_000)).toBeNaN();
    expect(series.at(START_MS - 1)).toBeNaN();
  });

  it("forgets what is old, but for the reading that still holds", () => {
    const series = seriesOf([0, 1], [10, 2], [20, 3]);
    series.forgetBefore(START_MS + 15_000);
    expect(series.powersW).toEqual([2, 3]);
  });
});

describe("liveColumns", () => {
  it("splits the total and draws nothing that is not measured yet", () => {
    const mains = seriesOf([0, 2500], [10, 2500], [20, 200]);
    const kettle = estimatedAppliance("kettle", [
      { startMs: START_MS, endMs: START_MS + 15_000, powerW: 2000, confidence: 0.9 },
    ]);
    const { totalW, partsW } = liveColumns(mains, [kettle], START_MS, START_MS + 40_000, 4);
    expect([...totalW]).toEqual([2500, 2500, 200, Number.NaN]);
    expect([...(partsW[0] ?? [])]).toEqual([2000, 0, 0, 0]);
    expect([...(partsW[1] ?? [])]).toEqual([500, 2500, 200, 0]);
  });
});
