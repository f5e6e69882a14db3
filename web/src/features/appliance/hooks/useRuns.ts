import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useInfiniteQuery, useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import type { Span } from "../api/period";
import { RunService, type RunOrder } from "@/gen/nilm/telemetry/v1/run_service_pb";
import { useBuilding } from "@/lib/building/context";

const PAGE_SIZE = 25;

/** Asks for the runs that start in a span, page by page. */
export function useRuns(applianceId: string, span: Span, order: RunOrder) {
  const { buildingId } = useBuilding();
  return useInfiniteQuery(
    RunService.method.listApplianceRuns,
    {
      buildingId,
      applianceId,
      startTime: timestampFromMs(span.startMs),
      endTime: timestampFromMs(span.endMs),
      order,
      pageSize: PAGE_SIZE,
      pageToken: "",
    },
    {
      pageParamKey: "pageToken",
      getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined,
      placeholderData: keepPreviousData,
    },
  );
}

/** Asks for what the runs of a span have in common. */
export function useProgramme(applianceId: string, span: Span) {
  const { buildingId } = useBuilding();
  return useQuery(
    RunService.method.getTypicalProgramme,
    {
      buildingId,
      applianceId,
      startTime: timestampFromMs(span.startMs),
      endTime: timestampFromMs(span.endMs),
    },
    { placeholderData: keepPreviousData },
  );
}
