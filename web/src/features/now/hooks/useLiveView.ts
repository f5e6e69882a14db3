import { useMemo } from "react";
import { LiveSeries } from "../api/liveSeries";
import { byPower, measuredState, stateOf, type ApplianceState } from "../api/onNow";
import { estimatedAppliance, measuredAppliance, type LiveAppliance } from "../api/split";
import { useLiveCells } from "./useLiveCells";
import { useLiveReadings } from "./useLiveReadings";
import { MeterKind } from "@/gen/nilm/buildings/v1/meter_pb";
import { useBuilding } from "@/lib/building/context";
import { useNow } from "@/lib/time/useNow";

/** How the live view is doing, as the badge tells it. */
export type LiveStatus = "connecting" | "live" | "reconnecting" | "stale" | "failed";

const NOTHING = new LiveSeries();
const STALE_PERIODS = 6;
const STALE_AT_LEAST_MS = 60_000;

/** Returns all that the live view shows: total, parts and what is on. */
export function useLiveView(mainsId: string) {
  const { buildingId, meters } = useBuilding();
  const nowMs = useNow(5_000);
  const own = useMemo(() => meters.filter((meter) => meter.kind === MeterKind.APPLIANCE), [meters]);
  const readings = useLiveReadings(buildingId, [mainsId, ...own.map((meter) => meter.meterId)]);
  const { cells, query } = useLiveCells(buildingId);
  const { series, version } = readings;
  const mains = series.get(mainsId) ?? NOTHING;

  const { appliances, states } = useMemo(() => {
    const live: LiveAppliance[] = [];
    const found: ApplianceState[] = [];
    const measured = new Set<string>();
    for (const meter of own) {
      const each = series.get(meter.meterId);
      const latest = each?.latest();
      if (!each || !latest) continue;
      measured.add(meter.applianceId);
      live.push(measuredAppliance(meter.applianceId, each));
      found.push(measuredState(meter.applianceId, latest));
    }
    for (const [applianceId, its] of cells) {
      const state = stateOf(applianceId, its);
      if (measured.has(applianceId) || !state) continue; // a meter of its own knows better
      live.push(estimatedAppliance(applianceId, its));
      found.push(state);
    }
    return { appliances: live, states: found.sort(byPower) };
    // The series are the same objects; their version tells that they changed.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [own, series, version, cells]);

  const latest = mains.latest();
  const staleAfterMs = Math.max(STALE_AT_LEAST_MS, STALE_PERIODS * (mains.periodMs() ?? 0));
  const isStale = latest !== undefined && nowMs - latest.timeMs > staleAfterMs;
  const status: LiveStatus = readings.status === "live" && isStale ? "stale" : readings.status;
  return {
    mains,
    latest,
    appliances,
    states,
    status,
    version,
    isReady: readings.isReady,
    error: readings.error,
    predictionsError: query.error,
    hasPredictions: query.isSuccess,
  };
}
