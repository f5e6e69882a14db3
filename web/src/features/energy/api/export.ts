import type { Range } from "./range";
import type { Meter } from "@/gen/nilm/buildings/v1/meter_pb";
import { addToDay } from "@/lib/time/zone";

export type ExportFormat = "csv" | "parquet";

/** What can be saved: the readings of a meter, or what a model says of an appliance. */
export type ExportSeries =
  { kind: "meter"; meter: Meter } | { kind: "estimate"; applianceId: string };

/** Returns a text that tells series apart. */
export function seriesKey(series: ExportSeries): string {
  return series.kind === "meter" ? `meter ${series.meter.meterId}` : series.applianceId;
}

/** Returns the name of the file, without its ending. */
export function fileName(building: string, series: string, range: Range): string {
  const last = addToDay(range.to, { days: -1 });
  return [building, series, range.from, ...(last === range.from ? [] : [last])].join(" ");
}
