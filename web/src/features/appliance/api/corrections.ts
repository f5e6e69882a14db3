import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Correction } from "@/gen/nilm/telemetry/v1/correction_pb";
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

function sharedOf(one: Timed, other: Timed): number {
  if (!one.startTime || !one.endTime || !other.startTime || !other.endTime) return 0;
  return (
    Math.min(timestampMs(one.endTime), timestampMs(other.endTime)) -
    Math.max(timestampMs(one.startTime), timestampMs(other.startTime))
  );
}
