import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMemo, useState } from "react";
import { LiveSeries } from "../api/liveSeries";
import { ReadingService } from "@/gen/nilm/telemetry/v1/reading_service_pb";
import { useServerStream, type StreamStatus } from "@/lib/rpc/useServerStream";

/** How far back the live view reaches. */
export const LIVE_SPAN_MS = 3_600_000;
const HEARTBEAT_S = 5n;
const SILENCE_MS = 20_000;
const PAGE_SIZE = 10_000;

interface LiveReadings {
  /** By meter; the same objects all the time, `version` tells that they hold more. */
  series: ReadonlyMap<string, LiveSeries>;
  version: number;
  /** Whether the past hour was fetched. */
  isReady: boolean;
  status: StreamStatus;
  error: unknown;
}

/** Follows meters live: the past hour once, then each reading as it comes; gaps are fetched. */
export function useLiveReadings(buildingId: string, meterIds: readonly string[]): LiveReadings {
  const transport = useTransport();
  const [version, setVersion] = useState(0);
  const [isReady, setIsReady] = useState(false);
  const meters = meterIds.join(" ");
  const series = useMemo(
    () => new Map(meters.split(" ").map((meterId) => [meterId, new LiveSeries()])),
    [meters],
  );
  const input = useMemo(
    () => ({
      buildingId,
      meterIds: [...series.keys()],
      heartbeatPeriod: { seconds: HEARTBEAT_S },
    }),
    [buildingId, series],
  );

  const { status, error } = useServerStream(ReadingService.method.watchReadings, input, {
    silenceMs: SILENCE_MS,
    onConnect: async (signal) => {
      const client = createClient(ReadingService, transport);
      await Promise.all(
        [...series].map(async ([meterId, each]) => {
          const nowMs = Date.now();
          const sinceMs = each.latest()?.timeMs ?? nowMs - LIVE_SPAN_MS;
          const { result } = await client.queryReadings(
            {
              buildingId,
              meterId,
              startTime: timestampFromMs(sinceMs),
              endTime: timestampFromMs(nowMs + 300_000),
              pageSize: PAGE_SIZE,
            },
            { signal },
          );
          if (result.case === "readings") each.add(result.value);
        }),
      );
      setIsReady(true);
      setVersion((before) => before + 1);
    },
    onMessage: ({ event }) => {
      if (event.case !== "readings" || !event.value.readings) return;
      const each = series.get(event.value.meterId);
      each?.add(event.value.readings);
      each?.forgetBefore(Date.now() - LIVE_SPAN_MS - 60_000);
      setVersion((before) => before + 1);
    },
  });

  return { series, version, isReady, status, error };
}
