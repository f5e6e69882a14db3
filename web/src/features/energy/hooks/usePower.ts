import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { callUnaryMethod, useTransport } from "@connectrpc/connect-query";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { powerView } from "../api/power";
import type { Span } from "../api/range";
import { MeterKind, type Meter } from "@/gen/nilm/buildings/v1/meter_pb";
import { PredictionService } from "@/gen/nilm/telemetry/v1/prediction_service_pb";
import type { ReadingBuckets } from "@/gen/nilm/telemetry/v1/reading_pb";
import { ReadingService } from "@/gen/nilm/telemetry/v1/reading_service_pb";
import { useBuilding } from "@/lib/building/context";
import { cellsByAppliance } from "@/lib/readings/predictions";

/** Returns the power over a span in at most `maxPoints` buckets; peaks are kept by min and max. */
export function usePower(span: Span, maxPoints: number, withTruth: boolean) {
  const { buildingId, meters } = useBuilding();
  const transport = useTransport();
  return useQuery({
    queryKey: ["power", buildingId, span.startMs, span.endMs, maxPoints, withTruth],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const interval = {
        buildingId,
        startTime: timestampFromMs(span.startMs),
        endTime: timestampFromMs(span.endMs),
        maxPoints,
      };
      const bucketsOf = async (meterId: string): Promise<ReadingBuckets | undefined> => {
        const method = ReadingService.method.queryReadings;
        const input = { ...interval, meterId };
        const { result } = await callUnaryMethod(transport, method, input, { signal });
        return result.case === "buckets" ? result.value : undefined;
      };
      const bucketsByAppliance = async (kind: MeterKind) => {
        const own = meters.filter((meter) => meter.kind === kind);
        const found = await Promise.all(own.map((meter: Meter) => bucketsOf(meter.meterId)));
        return new Map(
          own.flatMap((meter, index) => {
            const buckets = found[index];
            return buckets ? [[meter.applianceId, buckets] as const] : [];
          }),
        );
      };
      const [mains, predictions, measured, truth] = await Promise.all([
        bucketsOf(""),
        callUnaryMethod(transport, PredictionService.method.queryPredictions, interval, { signal }),
        bucketsByAppliance(MeterKind.APPLIANCE),
        withTruth ? bucketsByAppliance(MeterKind.SIMULATED_TRUTH) : new Map<string, never>(),
      ]);
      if (!mains) return null;
      return powerView(mains, measured, cellsByAppliance(predictions.series), truth);
    },
  });
}
