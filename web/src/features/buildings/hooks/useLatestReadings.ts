import { timestampMs } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@connectrpc/connect-query";
import { useMemo } from "react";
import { ReadingService } from "@/gen/nilm/telemetry/v1/reading_service_pb";

const REFETCH_MS = 5_000;

/** The newest reading of a meter. */
export interface Latest {
  timeMs: number;
  powerW: number;
}

/** Follows the newest reading of each meter of a building. */
export function useLatestReadings(buildingId: string) {
  const query = useQuery(
    ReadingService.method.getLatest,
    { buildingId },
    { refetchInterval: REFETCH_MS },
  );
  const latest = useMemo(
    () =>
      new Map<string, Latest>(
        query.data?.latest.map(({ meterId, readingTime, powerW }) => [
          meterId,
          { timeMs: readingTime ? timestampMs(readingTime) : 0, powerW },
        ]),
      ),
    [query.data],
  );
  return { latest, isPending: query.isPending, error: query.error };
}
