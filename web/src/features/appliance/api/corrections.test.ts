import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { correctionOf } from "./corrections";
import { CorrectionSchema, Verdict } from "@/gen/nilm/telemetry/v1/correction_pb";
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
