import type { Cell } from "@/lib/readings/predictions";

/** What is said of one appliance at the newest predicted time. */
export interface ApplianceState {
  applianceId: string;
  source: "measured" | "estimated";
  powerW: number;
  isOn: boolean;
  /** Probability that on or off is right, 0 to 1; undefined where it is measured. */
  confidence: number | undefined;
  /** When it was switched on, as far as can be seen; undefined while it is off. */
  onSinceMs: number | undefined;
  /** End of the time that this is said of. */
  asOfMs: number;
}

/** Returns the state that an appliance's newest cell tells. */
export function stateOf(applianceId: string, cells: readonly Cell[]): ApplianceState | undefined {
  const newest = cells.at(-1);
  if (!newest) return undefined;
  let onSinceMs: number | undefined;
  for (let i = cells.length - 1; i >= 0; i -= 1) {
    const cell = cells[i];
    if (!cell || cell.powerW <= 0) break;
    onSinceMs = cell.startMs;
  }
  return {
    applianceId,
    source: "estimated",
    powerW: newest.powerW,
    isOn: newest.powerW > 0,
    confidence: newest.confidence,
    onSinceMs,
    asOfMs: newest.endMs,
  };
}

const MEASURED_ON_W = 5;

/** Returns the state that the newest reading of an appliance's own meter tells. */
export function measuredState(
  applianceId: string,
  latest: { timeMs: number; powerW: number },
): ApplianceState {
  return {
    applianceId,
    source: "measured",
    powerW: latest.powerW,
    isOn: latest.powerW > MEASURED_ON_W,
    confidence: undefined,
    onSinceMs: undefined,
    asOfMs: latest.timeMs,
  };
}

/** Orders what is on before what is off, the strongest first. */
export function byPower(a: ApplianceState, b: ApplianceState): number {
  return Number(b.isOn) - Number(a.isOn) || b.powerW - a.powerW;
}
