import type { Bars } from "./bars";
import type { BarPeriod } from "./range";
import { formatEnergy, formatShare } from "@/lib/format/quantities";
import { formatTime, type TimeStyle } from "@/lib/format/times";

const PERIOD_STYLES: Record<BarPeriod, TimeStyle> = {
  hour: "time",
  day: "day",
  month: "month",
};

/** Returns how the start of a period is written. */
export function periodTitle(startMs: number, period: BarPeriod, zone: string): string {
  return formatTime(startMs, zone, PERIOD_STYLES[period]);
}

/** Returns the chart of energy in one sentence. */
export function energySentence(
  bars: Bars,
  period: BarPeriod,
  zone: string,
  nameOf: (applianceId: string) => string,
): string {
  const total = sum(bars.totalKwh);
  if (total <= 0) return "No energy was measured in this time.";
  let top = 0;
  bars.totalKwh.forEach((energy, index) => {
    if (energy > (bars.totalKwh[top] ?? 0)) top = index;
  });
  const most = bars.parts
    .filter((part) => part.applianceId !== "")
    .map((part) => ({ name: nameOf(part.applianceId), energy: sum(part.energyKwh) }))
    .sort((a, b) => b.energy - a.energy)[0];
  const highest = `the ${period} with the most was ${periodTitle(bars.startsMs[top] ?? 0, period, zone)} (${formatEnergy(bars.totalKwh[top] ?? 0)})`;
  const share =
    most && most.energy > 0
      ? `; of the known appliances, ${most.name} used the most (${formatShare(most.energy / total)})`
      : "";
  return `${formatEnergy(total)} in all; ${highest}${share}.`;
}

/** Returns the sum of some values. */
export function sum(values: readonly number[]): number {
  return values.reduce((before, value) => before + value, 0);
}
