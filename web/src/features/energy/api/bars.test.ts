import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { barsOfHours, barsOfPeriods } from "./bars";
import { HourlyAggregateSchema } from "@/gen/nilm/telemetry/v1/reading_pb";
import { EnergySource, EnergySummarySchema } from "@/gen/nilm/telemetry/v1/summary_service_pb";

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1);

const hour = (index: number, energyWh: number) =>
  create(HourlyAggregateSchema, {
    startTime: timestampFromMs(START_MS + index * HOUR_MS),
    energyWh,
    coverage: 1,
  });

describe("bars of hours", () => {
  const bars = barsOfHours(
    START_MS,
    START_MS + 3 * HOUR_MS,
    [hour(0, 1000), hour(2, 500)],
    new Map([["fridge", [hour(0, 100)]]]),
    new Map([
      [
        "kettle",
        [
          { startMs: START_MS, endMs: START_MS + 60_000, powerW: 3000, confidence: 0.9 },
          {
            startMs: START_MS + 2 * HOUR_MS,
            endMs: START_MS + 2 * HOUR_MS + 60_000,
            powerW: 60_000,
            confidence: 0.6,
          },
        ],
      ],
      ["fridge", [{ startMs: START_MS, endMs: START_MS + HOUR_MS, powerW: 90, confidence: 0.8 }]],
    ]),
  );

  it("sum to the meter in each hour", () => {
    bars.totalKwh.forEach((total, index) => {
      const parts = bars.parts.reduce((sum, part) => sum + (part.energyKwh[index] ?? 0), 0);
      expect(parts).toBeCloseTo(total, 9);
    });
    expect(bars.totalKwh).toEqual([1, 0, 0.5]);
  });

  it("prefer an appliance's own meter to an estimate", () => {
    const fridges = bars.parts.filter((part) => part.applianceId === "fridge");
    expect(fridges.map((part) => part.known)).toEqual(["measured"]);
    expect(fridges[0]?.energyKwh[0]).toBeCloseTo(0.1, 9);
  });

  it("turn minutes of power into energy", () => {
    const kettle = bars.parts.find((part) => part.applianceId === "kettle");
    expect(kettle?.energyKwh[0]).toBeCloseTo(0.05, 9);
    expect(kettle?.energyKwh[2]).toBeCloseTo(0.5, 9);
  });

  it("put the unexplained part last", () => {
    expect(bars.parts.at(-1)?.known).toBe("unexplained");
  });
});

describe("bars of periods", () => {
  it("take an appliance that appears later from its first period on", () => {
    const rest = { source: EnergySource.UNEXPLAINED, energyKwh: 1 };
    const bars = barsOfPeriods([
      create(EnergySummarySchema, { energyKwh: 1, appliances: [rest] }),
      create(EnergySummarySchema, {
        energyKwh: 3,
        appliances: [{ applianceId: "kettle", source: EnergySource.ESTIMATED, energyKwh: 2 }, rest],
      }),
    ]);
    expect(bars.parts.map((part) => [part.applianceId, part.energyKwh])).toEqual([
      ["kettle", [0, 2]],
      ["", [1, 1]],
    ]);
  });
});
