import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Known } from "@/components/charts/fills";
import type { ReadingBuckets } from "@/gen/nilm/telemetry/v1/reading_pb";
import type { Cell } from "@/lib/readings/predictions";
import { splitTotal } from "@/lib/readings/split";
import { durationMs } from "@/lib/time/duration";

/** The power over a span, in buckets. */
export interface PowerView {
  bucketMs: number;
  /** Middle of each bucket. */
  timesMs: number[];
  /** NaN where there is no reading, as in the next two. */
  meanW: number[];
  minW: number[];
  maxW: number[];
  /** The unexplained part is the last one. */
  parts: { applianceId: string; known: Known; powerW: number[] }[];
  /** Simulated truth by appliance. */
  truth: { applianceId: string; powerW: number[] }[];
}

/** Returns the power of the mains, split by what is known of each appliance. */
export function powerView(
  mains: ReadingBuckets,
  measured: ReadonlyMap<string, ReadingBuckets>,
  estimated: ReadonlyMap<string, readonly Cell[]>,
  truth: ReadonlyMap<string, ReadingBuckets>,
): PowerView {
  const bucketMs = durationMs(mains.bucketPeriod);
  const startMs = mains.startTime ? timestampMs(mains.startTime) : 0;
  const startsMs = mains.meanW.map((_, index) => startMs + index * bucketMs);
  const [meanW, minW, maxW] = [mains.meanW, mains.minW, mains.maxW].map((column) =>
    held(column, bucketMs),
  ) as [number[], number[], number[]];

  const parts: PowerView["parts"] = [];
  for (const [applianceId, buckets] of measured) {
    parts.push({ applianceId, known: "measured", powerW: onGrid(buckets, startsMs) });
  }
  for (const [applianceId, cells] of estimated) {
    if (measured.has(applianceId)) continue;
    parts.push({ applianceId, known: "estimated", powerW: meansOf(cells, startsMs, bucketMs) });
  }
  parts.sort((a, b) => a.applianceId.localeCompare(b.applianceId));

  const rest = { applianceId: "", known: "unexplained" as const, powerW: [] as number[] };
  meanW.forEach((totalW, index) => {
    if (Number.isNaN(totalW)) {
      for (const part of parts) part.powerW[index] = Number.NaN;
      rest.powerW.push(Number.NaN);
      return;
    }
    const split = splitTotal(
      totalW,
      parts.map((part) => part.powerW[index] ?? 0),
    );
    parts.forEach((part, row) => {
      part.powerW[index] = split.parts[row] ?? 0;
    });
    rest.powerW.push(split.unexplained);
  });
  return {
    bucketMs,
    timesMs: startsMs.map((ms) => ms + bucketMs / 2),
    meanW,
    minW,
    maxW,
    parts: [...parts, rest],
    truth: [...truth].map(([applianceId, buckets]) => ({
      applianceId,
      powerW: onGrid(buckets, startsMs),
    })),
  };
}

/** What is said of one appliance at one bucket, W; NaN where nothing is. */
export interface PartAt {
  /** Empty for the unexplained part. */
  applianceId: string;
  powerW: number;
  trueW: number;
}

const LEAST_NAMED_W = 1;

/** Returns the parts at a bucket that are not nothing, beside their simulated truth if shown. */
export function partsAt(view: PowerView, index: number, only: string | undefined): PartAt[] {
  const found = new Map<string, PartAt>();
  const of = (applianceId: string) => {
    const part = found.get(applianceId) ?? { applianceId, powerW: Number.NaN, trueW: Number.NaN };
    found.set(applianceId, part);
    return part;
  };
  for (const { applianceId, powerW } of view.parts) {
    of(applianceId).powerW = powerW[index] ?? Number.NaN;
  }
  for (const { applianceId, powerW } of view.truth) {
    of(applianceId).trueW = powerW[index] ?? Number.NaN;
  }
  return [...found.values()].filter(
    ({ applianceId, powerW, trueW }) =>
      (only === undefined || applianceId === only) &&
      (powerW >= LEAST_NAMED_W || trueW >= LEAST_NAMED_W),
  );
}

const LONGEST_HOLD_MS = 5 * 60_000;

/** Lets a value hold over empty buckets, as a reading does: for at most five minutes. */
function held(column: readonly number[], bucketMs: number): number[] {
  const longest = Math.floor(LONGEST_HOLD_MS / bucketMs);
  let value = Number.NaN;
  let since = 0;
  return column.map((each) => {
    since = Number.isNaN(each) ? since + 1 : 0;
    if (!Number.isNaN(each)) value = each;
    return since <= longest ? value : Number.NaN;
  });
}

/** Returns the means of another meter at the buckets of a grid. */
function onGrid(buckets: ReadingBuckets, startsMs: readonly number[]): number[] {
  const startMs = buckets.startTime ? timestampMs(buckets.startTime) : 0;
  const periodMs = durationMs(buckets.bucketPeriod) || 1;
  const meanW = held(buckets.meanW, periodMs);
  return startsMs.map((ms) => meanW[Math.floor((ms - startMs) / periodMs)] ?? Number.NaN);
}

/** Returns the mean power of cells over each bucket, W; NaN where no cell touches it. */
export function meansOf(
  cells: readonly Cell[],
  startsMs: readonly number[],
  bucketMs: number,
): number[] {
  let first = 0;
  return startsMs.map((startMs) => {
    const endMs = startMs + bucketMs;
    while (first < cells.length && (cells[first]?.endMs ?? 0) <= startMs) first += 1;
    let energy = 0;
    let coveredMs = 0;
    for (let i = first; i < cells.length; i += 1) {
      const cell = cells[i];
      if (!cell || cell.startMs >= endMs) break;
      const overlapMs = Math.min(cell.endMs, endMs) - Math.max(cell.startMs, startMs);
      energy += cell.powerW * overlapMs;
      coveredMs += overlapMs;
    }
    return coveredMs > 0 ? energy / coveredMs : Number.NaN;
  });
}
