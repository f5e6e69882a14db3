import type { Range } from "./range";
import type { Meter } from "@/gen/nilm/buildings/v1/meter_pb";
import type { Cell } from "@/lib/readings/predictions";
import { addToDay } from "@/lib/time/zone";

export type ExportFormat = "csv" | "parquet";

/** What can be saved: the readings of a meter, or what a model says of an appliance. */
export type ExportSeries =
  { kind: "meter"; meter: Meter } | { kind: "estimate"; applianceId: string };

/** Returns a text that tells series apart. */
export function seriesKey(series: ExportSeries): string {
  return series.kind === "meter" ? `meter ${series.meter.meterId}` : series.applianceId;
}

/** Whether the server has a series in a format: estimates come as CSV alone. */
export function isOffered(series: ExportSeries, format: ExportFormat): boolean {
  return series.kind === "meter" || format === "csv";
}

/** Returns the name of the file, without its ending. */
export function fileName(building: string, series: string, range: Range): string {
  const last = addToDay(range.to, { days: -1 });
  return [building, series, range.from, ...(last === range.from ? [] : [last])].join(" ");
}

/** Returns cells as CSV, in the form of the server's files, with the confidence as third column. */
export function estimateCsv(cells: readonly Cell[]): string {
  const rows = cells.map(
    ({ startMs, powerW, confidence }) =>
      `${timeText(startMs)},${rounded(powerW)},${rounded(confidence)}`,
  );
  return ["time,power_w,confidence", ...rows, ""].join("\n");
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

/** Values are floats of 32 bits: more digits than these say nothing. */
function rounded(value: number): number {
  return Number(value.toPrecision(7));
}
