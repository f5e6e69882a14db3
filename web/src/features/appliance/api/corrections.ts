import { timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import type { Span } from "./period";
import { type Correction, Verdict } from "@/gen/nilm/telemetry/v1/correction_pb";
import type { ApplianceRun } from "@/gen/nilm/telemetry/v1/run_pb";

/** A time with a start and an end. */
type Timed = Pick<ApplianceRun | Correction, "startTime" | "endTime">;

/** Returns what was said of a run: the correction that shares most of its time, if any does. */
export function correctionOf(
  run: ApplianceRun,
  corrections: readonly Correction[],
): Correction | undefined {
  let best: Correction | undefined;
  let longestMs = 0;
  for (const correction of corrections) {
    const sharedMs = sharedOf(run, correction);
    if (sharedMs > longestMs) [best, longestMs] = [correction, sharedMs];
  }
  return best;
}

/** Returns what is said to have run in a span beside the runs that are known, the newest first. */
export function toldBeside(
  runs: readonly ApplianceRun[],
  corrections: readonly Correction[],
  { startMs, endMs }: Span,
): Correction[] {
  return corrections
    .filter(
      (each) =>
        each.verdict === Verdict.RAN &&
        msOf(each.endTime) > startMs &&
        msOf(each.startTime) < endMs &&
        !runs.some((run) => sharedOf(run, each) > 0),
    )
    .reverse();
}

/** Returns when what is timed began and ended. */
export function spanOf({ startTime, endTime }: Timed): Span {
  return { startMs: msOf(startTime), endMs: msOf(endTime) };
}

function msOf(time: Timestamp | undefined): number {
  return time ? timestampMs(time) : 0;
}

function sharedOf(one: Timed, other: Timed): number {
  if (!one.startTime || !one.endTime || !other.startTime || !other.endTime) return 0;
  return (
    Math.min(timestampMs(one.endTime), timestampMs(other.endTime)) -
    Math.max(timestampMs(one.startTime), timestampMs(other.startTime))
  );
}
