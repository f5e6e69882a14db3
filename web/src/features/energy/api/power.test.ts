import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { meansOf, partsAt, powerView } from "./power";
import { ReadingBucketsSchema } from "@/gen/nilm/telemetry/v1/reading_pb";

const START_MS = Date.UTC(2026, 0, 1);
const NONE = new Map<string, never>();

const buckets = (seconds: number, meanW: number[]) =>
  create(ReadingBucketsSchema, {
    startTime: timestampFromMs(START_MS),
    bucketPeriod: { seconds: BigInt(seconds) },
    meanW,
    minW: meanW.map((each) => each - 10),
    maxW: meanW.map((each) => each + 10),
    count: meanW.map(() => 1n),
  });

describe("powerView", () => {
  it("splits each bucket so that its parts sum to the mean", () => {
    const cells = [
      { startMs: START_MS, endMs: START_MS + 60_000, powerW: 2000, confidence: 0.9 },
      { startMs: START_MS + 60_000, endMs: START_MS + 120_000, powerW: 0, confidence: 0.9 },
    ];
    const view = powerView(buckets(60, [2200, 180]), NONE, new Map([["kettle", cells]]), NONE);
    expect(view.parts.map((part) => part.powerW)).toEqual([
      [2000, 0],
      [200, 180],
    ]);
  });

  it("lets a reading hold for five minutes and no longer", () => {
    const gap = new Array<number>(10).fill(Number.NaN);
    const view = powerView(buckets(60, [100, ...gap, 200]), NONE, NONE, NONE);
    expect(view.meanW.slice(0, 6)).toEqual([100, 100, 100, 100, 100, 100]);
    expect(view.meanW.slice(6, 11).every(Number.isNaN)).toBe(true);
    expect(view.meanW[11]).toBe(200);
  });
});

describe("partsAt", () => {
  const cells = [{ startMs: START_MS, endMs: START_MS + 60_000, powerW: 2000, confidence: 0.9 }];
  const view = powerView(
    buckets(60, [2200, 180]),
    NONE,
    new Map([["kettle", cells]]),
    new Map([
      ["kettle", buckets(60, [1900, 0])],
      ["fridge", buckets(60, [0, 90])],
    ]),
  );

  it("puts the truth beside the estimate, and leaves out what is nothing in both", () => {
    expect(partsAt(view, 0, undefined)).toEqual([
      { applianceId: "kettle", powerW: 2000, trueW: 1900 },
      { applianceId: "", powerW: 200, trueW: Number.NaN },
    ]);
  });

  it("names an appliance that is true though no model knows it", () => {
    expect(
      partsAt(view, 1, undefined).map(({ applianceId, trueW }) => [applianceId, trueW]),
    ).toEqual([
      ["", Number.NaN],
      ["fridge", 90],
    ]);
  });

  it("keeps to the one that is shown alone", () => {
    expect(partsAt(view, 1, "fridge").map((part) => part.applianceId)).toEqual(["fridge"]);
  });
});

describe("meansOf", () => {
  it("weighs cells by how long they lie in a bucket", () => {
    const cells = [
      { startMs: 0, endMs: 60, powerW: 100, confidence: 1 },
      { startMs: 60, endMs: 120, powerW: 400, confidence: 1 },
    ];
    expect(meansOf(cells, [0, 90, 120], 90)).toEqual([200, 400, Number.NaN]);
  });
});
