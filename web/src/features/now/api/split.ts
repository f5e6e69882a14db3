import type { LiveSeries } from "./liveSeries";
import { cellAt, type Cell } from "@/lib/readings/predictions";
import { splitTotal } from "@/lib/readings/split";

/** Where an appliance's power is known from. */
export type Source = "measured" | "estimated";

/** One appliance of the live view. */
export interface LiveAppliance {
  applianceId: string;
  source: Source;
  /** Returns its power at an instant, W; NaN where it is not known. */
  at: (instantMs: number) => number;
}

/** Returns an appliance that has a meter of its own. */
export function measuredAppliance(applianceId: string, series: LiveSeries): LiveAppliance {
  return { applianceId, source: "measured", at: (instantMs) => series.at(instantMs) };
}

/** Returns an appliance that a model finds in the mains. */
export function estimatedAppliance(applianceId: string, cells: readonly Cell[]): LiveAppliance {
  return {
    applianceId,
    source: "estimated",
    at: (instantMs) => cellAt(cells, instantMs)?.powerW ?? Number.NaN,
  };
}

/** The live picture: one column a pixel, parts below the total. */
export interface LiveColumns {
  /** NaN in gaps. */
  totalW: Float64Array;
  /** One row an appliance, then the unexplained rest. */
  partsW: Float64Array[];
}

/** Samples the live view at `count` instants, evenly spread over a span. */
export function liveColumns(
  mains: LiveSeries,
  appliances: readonly LiveAppliance[],
  startMs: number,
  endMs: number,
  count: number,
): LiveColumns {
  const totalW = new Float64Array(count).fill(Number.NaN);
  const partsW = Array.from({ length: appliances.length + 1 }, () => new Float64Array(count));
  const stepMs = (endMs - startMs) / count;
  const latest = mains.latest();
  for (let column = 0; column < count; column += 1) {
    const fromMs = startMs + column * stepMs;
    // What has not been measured yet is not drawn, though the newest reading still holds.
    if (!latest || fromMs > latest.timeMs) break;
    const columnW = meanOver(mains, fromMs, fromMs + stepMs);
    totalW[column] = columnW;
    if (Number.isNaN(columnW)) continue;
    const middleMs = fromMs + stepMs / 2;
    const split = splitTotal(
      columnW,
      appliances.map((appliance) => appliance.at(middleMs)),
    );
    split.parts.forEach((partW, row) => {
      const values = partsW[row];
      if (values) values[column] = partW;
    });
    const rest = partsW[appliances.length];
    if (rest) rest[column] = split.unexplained;
  }
  return { totalW, partsW };
}

function meanOver(series: LiveSeries, fromMs: number, toMs: number): number {
  let sumW = 0;
  let count = 0;
  const after = series.indexAfter(fromMs);
  const first = series.timesMs[after - 1] === fromMs ? after - 1 : after;
  for (let i = first; i < series.timesMs.length; i += 1) {
    if ((series.timesMs[i] ?? Infinity) >= toMs) break;
    sumW += series.powersW[i] ?? 0;
    count += 1;
  }
  return count > 0 ? sumW / count : series.at(fromMs);
}
