import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { ReadingBuckets } from "@/gen/nilm/telemetry/v1/reading_pb";
import { durationMs } from "@/lib/time/duration";
import { zoneOffsetMs } from "@/lib/time/zone";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EPOCH_WEEKDAY = 3; // 1970 began on a Thursday

/** Mean power by weekday (row 0 is Monday) and hour, W; NaN where nothing was read. */
export type HeatMap = number[][];

/** Returns the mean power of each hour of the local week. */
export function heatMap(buckets: ReadingBuckets, zone: string): HeatMap {
  const sums = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  const counts = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  const startMs = buckets.startTime ? timestampMs(buckets.startTime) : 0;
  const periodMs = durationMs(buckets.bucketPeriod);
  buckets.meanW.forEach((meanW, index) => {
    if (Number.isNaN(meanW)) return;
    const middleMs = startMs + (index + 0.5) * periodMs;
    const wallMs = middleMs + zoneOffsetMs(zone, middleMs);
    const row = (Math.floor(wallMs / DAY_MS) + EPOCH_WEEKDAY) % 7;
    const hour = Math.floor(wallMs / HOUR_MS) % 24;
    const [sumRow, countRow] = [sums[row], counts[row]];
    if (!sumRow || !countRow) return;
    sumRow[hour] = (sumRow[hour] ?? 0) + meanW;
    countRow[hour] = (countRow[hour] ?? 0) + 1;
  });
  return sums.map((row, weekday) =>
    row.map((sumW, hour) => {
      const count = counts[weekday]?.[hour] ?? 0;
      return count > 0 ? sumW / count : Number.NaN;
    }),
  );
}

/** Returns the weekday and hour with the greatest mean; undefined where nothing was read. */
export function hottest(map: HeatMap): { row: number; hour: number; powerW: number } | undefined {
  let found: { row: number; hour: number; powerW: number } | undefined;
  map.forEach((hours, row) => {
    hours.forEach((powerW, hour) => {
      if (powerW > (found?.powerW ?? -Infinity)) found = { row, hour, powerW };
    });
  });
  return found;
}
