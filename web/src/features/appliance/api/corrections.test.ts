import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { correctionOf, toldBeside } from "./corrections";
import { type Correction, CorrectionSchema, Verdict } from "@/gen/nilm/telemetry/v1/correction_pb";
import { ApplianceRunSchema } from "@/gen/nilm/telemetry/v1/run_pb";

const MINUTE = 60_000;
const times = (first: number, last: number) => ({
  startTime: timestampFromMs(first * MINUTE),
  endTime: timestampFromMs(last * MINUTE),
});
const run = (first: number, last: number) => create(ApplianceRunSchema, times(first, last));
const said = (first: number, last: number, verdict: Verdict) =>
  create(CorrectionSchema, { ...times(first, last), verdict });

describe("correctionOf", () => {
  it("finds what shares most of a run's time", () => {
    const corrections = [said(0, 11, Verdict.RAN), said(11, 20, Verdict.DID_NOT_RUN)];
    expect(correctionOf(run(10, 20), corrections)?.verdict).toBe(Verdict.DID_NOT_RUN);
    expect(correctionOf(run(0, 12), corrections)?.verdict).toBe(Verdict.RAN);
  });

  it("finds nothing where they only touch", () => {
    expect(correctionOf(run(20, 24), [said(11, 20, Verdict.RAN)])).toBeUndefined();
    expect(correctionOf(run(20, 24), [])).toBeUndefined();
  });
});

describe("toldBeside", () => {
  const span = { startMs: 0, endMs: 100 * MINUTE };
  const starts = (told: readonly Correction[]) => told.map((each) => each.startTime);

  it("finds what is said to have run where no run is, the newest first", () => {
    const corrections = [
      said(5, 9, Verdict.RAN),
      said(10, 20, Verdict.RAN),
      said(30, 40, Verdict.DID_NOT_RUN),
      said(50, 60, Verdict.RAN),
    ];
    const told = toldBeside([run(19, 24)], corrections, span);
    expect(starts(told)).toEqual([timestampFromMs(50 * MINUTE), timestampFromMs(5 * MINUTE)]);
  });

  it("keeps to the span", () => {
    const corrections = [said(-9, 0, Verdict.RAN), said(-9, 1, Verdict.RAN)];
    expect(toldBeside([], corrections, span)).toEqual(corrections.slice(1));
    expect(toldBeside([], [said(100, 101, Verdict.RAN)], span)).toEqual([]);
  });
});
