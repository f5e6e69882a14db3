import type { Span } from "./period";
import { wrongFields } from "@/lib/rpc/fields";
import { instantsOf, type WallTime } from "@/lib/time/zone";

/** When a run was, as inputs of kind `datetime-local` give it: `2026-11-21T07:05`, or nothing. */
export interface TypedRun {
  start: string;
  end: string;
}

/**
 * Reads when a run was by the clocks of `zone`.
 *
 * Where clocks show a time twice, the start is the first of both and the end the first after it.
 *
 * @throws ConnectError naming each field that is wrong.
 */
export function readMissedRun(typed: TypedRun, zone: string, nowMs: number): Span {
  const starts = typedInstants(typed.start, zone);
  const ends = typedInstants(typed.end, zone);
  const [startMs] = starts;
  const endMs = ends.find((each) => each > (startMs ?? 0)) ?? ends[0];
  const wrong: Record<string, string> = {};
  if (startMs === undefined) wrong.start_time = missing(typed.start, zone);
  else if (startMs > nowMs) wrong.start_time = "must not be in the future";
  if (endMs === undefined) wrong.end_time = missing(typed.end, zone);
  else if (startMs !== undefined && endMs <= startMs) wrong.end_time = "must be after the start";
  else if (endMs > nowMs) wrong.end_time = "must not be in the future";
  if (startMs === undefined || endMs === undefined || Object.keys(wrong).length > 0) {
    throw wrongFields(wrong);
  }
  return { startMs, endMs };
}

function missing(text: string, zone: string): string {
  return wallOf(text)
    ? `clocks in ${zone.replaceAll("_", " ")} went forward past this time`
    : "needs a day and a time";
}

function typedInstants(text: string, zone: string): readonly number[] {
  const wall = wallOf(text);
  return wall ? instantsOf(zone, wall) : [];
}

function wallOf(text: string): WallTime | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found.slice(1).map(Number);
  return { year, month, day, hour, minute };
}
