import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { LIVE_SPAN_MS } from "./useLiveReadings";
import { PredictionService } from "@/gen/nilm/telemetry/v1/prediction_service_pb";
import { cellsByAppliance } from "@/lib/readings/predictions";
import { useNow } from "@/lib/time/useNow";

const STEP_MS = 5 * 60_000;
const REFETCH_MS = 10_000;

/** Follows what the models say of the past hour; what is provisional is refined every few minutes. */
export function useLiveCells(buildingId: string) {
  const stepMs = useNow(STEP_MS);
  const query = useQuery(
    PredictionService.method.queryPredictions,
    {
      buildingId,
      startTime: timestampFromMs(stepMs - LIVE_SPAN_MS - STEP_MS),
      endTime: timestampFromMs(stepMs + 2 * STEP_MS),
      pageSize: 100_000,
    },
    { refetchInterval: REFETCH_MS, placeholderData: keepPreviousData },
  );
  const cells = useMemo(() => cellsByAppliance(query.data?.series ?? []), [query.data]);
  return { cells, query };
}
