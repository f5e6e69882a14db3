import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { energyOf, usageOf } from "./trend";
import { EnergySource, EnergySummarySchema } from "@/gen/nilm/telemetry/v1/summary_service_pb";

const { MEASURED, ESTIMATED, UNEXPLAINED } = EnergySource;

function summary(co2Kg?: number, secondCurrency = "GBP") {
  const co2 = co2Kg === undefined ? {} : { co2Kg };
  return create(EnergySummarySchema, {
    startTime: timestampFromMs(1_000),
    energyKwh: 10,
    coverage: 0.5,
    ...co2,
    appliances: [
      {
        applianceId: "kettle",
        source: MEASURED,
        energyKwh: 2,
        energyCost: 0.5,
        currencyCode: "GBP",
        ...co2,
      },
      {
        applianceId: "kettle",
        source: ESTIMATED,
        energyKwh: 1,
        energyCost: 0.25,
        currencyCode: secondCurrency,
        ...co2,
      },
      { applianceId: "", source: UNEXPLAINED, energyKwh: 7 },
    ],
  });
}

describe("usageOf", () => {
  it("adds up what is known of one appliance", () => {
    const usage = usageOf(summary(0.5), "kettle");
    expect(usage).toMatchObject({
      startMs: 1_000,
      measuredKwh: 2,
      estimatedKwh: 1,
      cost: 0.75,
      currencyCode: "GBP",
      co2Kg: 1,
      coverage: 0.5,
    });
    expect(energyOf(usage)).toBe(3);
  });

  it("never adds currencies, and tells no CO2 where none is configured", () => {
    const usage = usageOf(summary(undefined, "EUR"), "kettle");
    expect(usage.cost).toBeUndefined();
    expect(usage.co2Kg).toBeUndefined();
  });

  it("knows nothing of an appliance that is not there", () => {
    const usage = usageOf(summary(), "iron");
    expect(energyOf(usage)).toBe(0);
    expect(usage.cost).toBeUndefined();
  });
});
