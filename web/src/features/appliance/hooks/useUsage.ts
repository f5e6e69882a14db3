import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import type { Span } from "../api/period";
import { SummaryService, type SummaryPeriod } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useBuilding } from "@/lib/building/context";

/** Asks for the sums of a span. */
export function useUsage({ startMs, endMs }: Span, period: SummaryPeriod) {
  const { buildingId, mains } = useBuilding();
  return useQuery(
    SummaryService.method.getSummary,
    {
      buildingId,
      startTime: timestampFromMs(startMs),
      endTime: timestampFromMs(endMs),
      period,
    },
    { enabled: mains !== undefined, placeholderData: keepPreviousData },
  );
}
