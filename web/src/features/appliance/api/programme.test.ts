import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { programmeOption, programmeSentence } from "./programme";
import { TypicalProgrammeSchema } from "@/gen/nilm/telemetry/v1/run_pb";

const PROGRAMME = create(TypicalProgrammeSchema, {
  samplePeriod: { seconds: 60n },
  lowerQuartileW: [100, 50],
  medianW: [2_000, 60],
  upperQuartileW: [2_200, 90],
  runCount: 12,
  medianDuration: { seconds: 120n },
  medianEnergyKwh: 0.0343,
});

describe("a typical programme", () => {
  it("is told in one sentence", () => {
    expect(programmeSentence(PROGRAMME)).toBe(
      "A typical run takes 2 min and uses 0.03 kWh, by the medians of 12 runs; its power reaches 2.00 kW.",
    );
  });

  it("draws the band from the lower to the upper quartile, each cell to its end", () => {
    const option = programmeOption(PROGRAMME, { applianceId: "kettle", colours: () => "#000" });
    const [lower, band, median] = option.series as { data: number[][] }[];
    expect(lower?.data).toEqual([
      [0, 100],
      [60_000, 50],
      [120_000, 50],
    ]);
    expect(band?.data.map(([, value]) => value)).toEqual([2_100, 40, 40]);
    expect(median?.data.map(([, value]) => value)).toEqual([2_000, 60, 60]);
  });
});
