import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { callUnaryMethod, useQuery, useTransport } from "@connectrpc/connect-query";
import { keepPreviousData, useQuery as usePlainQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { barsOfHours, barsOfPeriods, type Bars } from "../api/bars";
import { spanOf, type BarPeriod, type Range, type Span } from "../api/range";
import { MeterKind } from "@/gen/nilm/buildings/v1/meter_pb";
import { PredictionService } from "@/gen/nilm/telemetry/v1/prediction_service_pb";
import { SummaryPeriod, SummaryService } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useBuilding } from "@/lib/building/context";
import { cellsByAppliance } from "@/lib/readings/predictions";

const CELL_PAGE = 100_000;
const HOUR_PAGE = 1_000;

/** How the server cuts a summary for bars of a period; the same question is asked once. */
export const SUMMARY_PERIODS: Record<BarPeriod, SummaryPeriod> = {
  hour: SummaryPeriod.UNSPECIFIED,
  day: SummaryPeriod.DAY,
  month: SummaryPeriod.MONTH,
};

interface BarsState {
  bars: Bars | undefined;
  error: unknown;
  isStale: boolean;
  refetch: () => void;
}

/** Returns the energy of a range by period and appliance. */
export function useBars(range: Range, period: BarPeriod): BarsState {
  const { zone } = useBuilding();
  const span = spanOf(range, zone);
  const hours = useHours(span, period === "hour");
  const summary = useSummary(span, SUMMARY_PERIODS[period], period !== "hour");
  const periods = useMemo(
    () => summary.data && barsOfPeriods(summary.data.periods),
    [summary.data],
  );
  const chosen = period === "hour" ? hours : summary;
  return {
    bars: period === "hour" ? hours.data : periods,
    error: chosen.error,
    isStale: chosen.isPlaceholderData,
    refetch: () => void chosen.refetch(),
  };
}

/** Asks for the sums of a span. */
export function useSummary(span: Span, period: SummaryPeriod, enabled = true) {
  const { buildingId } = useBuilding();
  return useQuery(
    SummaryService.method.getSummary,
    {
      buildingId,
      startTime: timestampFromMs(span.startMs),
      endTime: timestampFromMs(span.endMs),
      period,
    },
    { enabled: enabled && span.endMs > span.startMs, placeholderData: keepPreviousData },
  );
}

function useHours({ startMs, endMs }: Span, enabled: boolean) {
  const { buildingId, meters } = useBuilding();
  const transport = useTransport();
  const own = meters.filter((meter) => meter.kind === MeterKind.APPLIANCE);
  return usePlainQuery({
    queryKey: ["hours", buildingId, startMs, endMs, own.map((meter) => meter.meterId)],
    enabled,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const interval = {
        buildingId,
        startTime: timestampFromMs(startMs),
        endTime: timestampFromMs(endMs),
      };
      const hoursOf = async (meterId: string) => {
        const input = { ...interval, meterId, pageSize: HOUR_PAGE };
        const method = SummaryService.method.listHourlyAggregates;
        return (await callUnaryMethod(transport, method, input, { signal })).hours;
      };
      const [mains, predictions, measured] = await Promise.all([
        hoursOf(""),
        callUnaryMethod(
          transport,
          PredictionService.method.queryPredictions,
          { ...interval, pageSize: CELL_PAGE },
          { signal },
        ),
        Promise.all(
          own.map(async (meter) => [meter.applianceId, await hoursOf(meter.meterId)] as const),
        ),
      ]);
      return barsOfHours(
        startMs,
        endMs,
        mains,
        new Map(measured),
        cellsByAppliance(predictions.series),
      );
    },
  });
}
