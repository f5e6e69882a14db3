import { timestampMs } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@connectrpc/connect-query";
import { useMemo } from "react";
import type { Latest } from "./useLatestReadings";
import { DeviceService } from "@/gen/nilm/telemetry/v1/device_service_pb";

const REFETCH_MS = 5_000;

/** Follows the newest reading of every meter that the person may see, by one call for all. */
export function useLiveTotals() {
  const query = useQuery(
    DeviceService.method.listRealtimeReadings,
    {},
    { refetchInterval: REFETCH_MS },
  );
  const latest = useMemo(
    () =>
      new Map<string, Latest>(
        query.data?.readings.map(({ deviceId, timestamp, energyWatts }) => [
          deviceId,
          { timeMs: timestamp ? timestampMs(timestamp) : 0, powerW: energyWatts },
        ]),
      ),
    [query.data],
  );
  return { latest, isPending: query.isPending, error: query.error };
}
