import type { Duration } from "@bufbuild/protobuf/wkt";

/** Returns the length of a duration message, ms; 0 where it is absent. */
export function durationMs(duration: Duration | undefined): number {
  return duration ? Number(duration.seconds) * 1000 + duration.nanos / 1e6 : 0;
}
