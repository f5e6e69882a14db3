import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { PredictionSeries } from "@/gen/nilm/telemetry/v1/prediction_pb";
import { durationMs } from "@/lib/time/duration";

/** A span of time in which a model said one power. */
export interface Cell {
  startMs: number;
  endMs: number;
  powerW: number;
  /** Calibrated probability that the state said is right, 0 to 1. */
  confidence: number;
}

/** Returns the cells of each appliance, in time order; cells without a prediction are left out. */
export function cellsByAppliance(series: readonly PredictionSeries[]): Map<string, Cell[]> {
  const found = new Map<string, Cell[]>();
  for (const each of series) {
    const cells = found.get(each.applianceId) ?? [];
    const startMs = each.startTime ? timestampMs(each.startTime) : 0;
    const periodMs = durationMs(each.samplePeriod);
    each.powerW.forEach((powerW, index) => {
      if (Number.isNaN(powerW)) return;
      cells.push({
        startMs: startMs + index * periodMs,
        endMs: startMs + (index + 1) * periodMs,
        powerW,
        confidence: each.confidence[index] ?? Number.NaN,
      });
    });
    found.set(each.applianceId, cells);
  }
  for (const cells of found.values()) cells.sort((a, b) => a.startMs - b.startMs);
  return found;
}

/** Returns the cell that an instant is in. */
export function cellAt(cells: readonly Cell[], instantMs: number): Cell | undefined {
  let low = 0;
  let high = cells.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cells[middle]?.startMs ?? Infinity) <= instantMs) low = middle + 1;
    else high = middle;
  }
  const cell = cells[low - 1];
  return cell && instantMs < cell.endMs ? cell : undefined;
}
