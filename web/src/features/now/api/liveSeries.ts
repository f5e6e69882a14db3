import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { ReadingColumns } from "@/gen/nilm/telemetry/v1/reading_pb";

/** A reading holds until the next one, but for at most so long (see docs/units.md). */
export const LONGEST_HOLD_MS = 5 * 60_000;

/** The newest readings of one meter, in time order. */
export class LiveSeries {
  readonly timesMs: number[] = [];
  readonly powersW: number[] = [];

  /** Takes readings in; those of a time that is there replace it. */
  add(columns: ReadingColumns): void {
    const startMs = columns.startTime ? timestampMs(columns.startTime) : 0;
    columns.offsetUs.forEach((offsetUs, index) => {
      this.put(startMs + Number(offsetUs) / 1000, columns.powerW[index] ?? 0);
    });
  }

  /** Forgets what is older than an instant, but for the reading that still holds then. */
  forgetBefore(instantMs: number): void {
    const gone = Math.max(0, this.indexAfter(instantMs) - 1);
    this.timesMs.splice(0, gone);
    this.powersW.splice(0, gone);
  }

  /** Returns the newest reading. */
  latest(): { timeMs: number; powerW: number } | undefined {
    const timeMs = this.timesMs.at(-1);
    const powerW = this.powersW.at(-1);
    return timeMs === undefined || powerW === undefined ? undefined : { timeMs, powerW };
  }

  /** Returns the power that holds at an instant, W; NaN in gaps and outside. */
  at(instantMs: number): number {
    const index = this.indexAfter(instantMs) - 1;
    const timeMs = this.timesMs[index];
    if (timeMs === undefined || instantMs - timeMs > LONGEST_HOLD_MS) return Number.NaN;
    return this.powersW[index] ?? Number.NaN;
  }

  /** Returns the median time between readings, ms; undefined while there are too few. */
  periodMs(): number | undefined {
    const steps = this.timesMs.slice(-20).map((timeMs, i, all) => timeMs - (all[i - 1] ?? timeMs));
    const sorted = steps.slice(1).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  }

  /** Returns the index of the first reading after an instant. */
  indexAfter(instantMs: number): number {
    let low = 0;
    let high = this.timesMs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.timesMs[middle] ?? Infinity) <= instantMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private put(timeMs: number, powerW: number): void {
    const index = this.indexAfter(timeMs);
    const isThere = this.timesMs[index - 1] === timeMs;
    this.timesMs.splice(isThere ? index - 1 : index, isThere ? 1 : 0, timeMs);
    this.powersW.splice(isThere ? index - 1 : index, isThere ? 1 : 0, powerW);
  }
}
