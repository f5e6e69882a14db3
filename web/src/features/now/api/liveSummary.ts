import type { LiveSeries } from "./liveSeries";
import type { ApplianceState } from "./onNow";
import { formatPower } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";

/** Returns the live view in one sentence. */
export function liveSummary(
  mains: LiveSeries,
  states: readonly ApplianceState[],
  nameOf: (applianceId: string) => string,
  zone: string,
): string {
  const latest = mains.latest();
  if (!latest) return "There is no reading of the past hour.";
  let peakIndex = 0;
  mains.powersW.forEach((powerW, index) => {
    if (powerW > (mains.powersW[peakIndex] ?? -Infinity)) peakIndex = index;
  });
  const peak = formatPower(mains.powersW[peakIndex] ?? 0);
  const peakTime = formatTime(mains.timesMs[peakIndex] ?? 0, zone, "time");
  const on = states.filter((state) => state.isOn).map((state) => nameOf(state.applianceId));
  const running =
    on.length > 0
      ? `${on.join(", ")} ${on.length > 1 ? "are" : "is"} on`
      : "no known appliance is on";
  return `${formatPower(latest.powerW)} now, ${running}; the past hour's peak was ${peak} at ${peakTime}.`;
}
