import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Known } from "@/components/charts/fills";
import type { HourlyAggregate } from "@/gen/nilm/telemetry/v1/reading_pb";
import { EnergySource, type EnergySummary } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import type { Cell } from "@/lib/readings/predictions";
import { splitTotal } from "@/lib/readings/split";

/** Energy over the periods of a range, in parts that sum to the meter. */
export interface Bars {
  /** Start of each period. */
  startsMs: number[];
  /** The meter's energy in each, kWh. */
  totalKwh: number[];
  /** Part of each that readings cover, 0 to 1. */
  coverage: number[];
  /** The unexplained part is the last one. */
  parts: Part[];
}

export interface Part {
  /** Empty for the unexplained part. */
  applianceId: string;
  known: Known;
  /** Energy in each period, kWh. */
  energyKwh: number[];
}

const KNOWN: Partial<Record<EnergySource, Known>> = {
  [EnergySource.MEASURED]: "measured",
  [EnergySource.ESTIMATED]: "estimated",
  [EnergySource.UNEXPLAINED]: "unexplained",
};

/** Returns bars of days or months as the server summed them. */
export function barsOfPeriods(periods: readonly EnergySummary[]): Bars {
  const parts = new Map<string, Part>();
  periods.forEach((period, index) => {
    for (const each of period.appliances) {
      const known = KNOWN[each.source] ?? "unexplained";
      const key = `${each.applianceId} ${known}`;
      let part = parts.get(key);
      if (!part) {
        part = {
          applianceId: each.applianceId,
          known,
          energyKwh: periods.map(() => 0),
        };
        parts.set(key, part);
      }
      part.energyKwh[index] = each.energyKwh;
    }
  });
  return {
    startsMs: periods.map((period) => (period.startTime ? timestampMs(period.startTime) : 0)),
    totalKwh: periods.map((period) => period.energyKwh),
    coverage: periods.map((period) => period.coverage),
    parts: [...parts.values()].sort(
      (a, b) => Number(a.known === "unexplained") - Number(b.known === "unexplained"),
    ),
  };
}

const HOUR_MS = 3_600_000;

/** Returns bars of hours: the meter's hours, split by what is known of each appliance. */
export function barsOfHours(
  startMs: number,
  endMs: number,
  mains: readonly HourlyAggregate[],
  measured: ReadonlyMap<string, readonly HourlyAggregate[]>,
  estimated: ReadonlyMap<string, readonly Cell[]>,
): Bars {
  const count = Math.max(0, Math.ceil((endMs - startMs) / HOUR_MS));
  const startsMs = Array.from({ length: count }, (_, hour) => startMs + hour * HOUR_MS);
  const indexOf = (timeMs: number) => Math.floor((timeMs - startMs) / HOUR_MS);
  const spread = (hours: readonly HourlyAggregate[], value: (hour: HourlyAggregate) => number) => {
    const values = startsMs.map(() => 0);
    for (const hour of hours) {
      const index = hour.startTime ? indexOf(timestampMs(hour.startTime)) : -1;
      if (index in values) values[index] = value(hour);
    }
    return values;
  };
  const totalKwh = spread(mains, (hour) => hour.energyWh / 1000);

  const parts: Part[] = [];
  for (const [applianceId, hours] of measured) {
    const energyKwh = spread(hours, (hour) => hour.energyWh / 1000);
    parts.push({ applianceId, known: "measured", energyKwh });
  }
  for (const [applianceId, cells] of estimated) {
    if (measured.has(applianceId)) continue;
    const energyKwh = startsMs.map(() => 0);
    for (const cell of cells) {
      const index = indexOf(cell.startMs);
      if (!(index in energyKwh)) continue;
      const cellKwh = (cell.powerW * (cell.endMs - cell.startMs)) / HOUR_MS / 1000;
      energyKwh[index] = (energyKwh[index] ?? 0) + cellKwh;
    }
    parts.push({ applianceId, known: "estimated", energyKwh });
  }

  const unexplained: Part = { applianceId: "", known: "unexplained", energyKwh: [] };
  totalKwh.forEach((total, hour) => {
    const split = splitTotal(
      total,
      parts.map((part) => part.energyKwh[hour] ?? 0),
    );
    parts.forEach((part, row) => {
      part.energyKwh[hour] = split.parts[row] ?? 0;
    });
    unexplained.energyKwh.push(split.unexplained);
  });
  return {
    startsMs,
    totalKwh,
    coverage: spread(mains, (hour) => hour.coverage),
    parts: [...parts.sort((a, b) => a.applianceId.localeCompare(b.applianceId)), unexplained],
  };
}
