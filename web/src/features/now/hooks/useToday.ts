import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { todaySpans, type Span } from "../api/today";
import { SummaryService } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useBuilding } from "@/lib/building/context";
import { useNow } from "@/lib/time/useNow";
import { addToDay, dayOf, startOfDay } from "@/lib/time/zone";

const BASELOAD_DAYS = 7;

/** Returns today's energy and cost, the same hours of other days, and the week's baseload. */
export function useToday() {
  const { zone } = useBuilding();
  const nowMs = useNow(60_000);
  const spans = useMemo(() => todaySpans(zone, nowMs), [zone, nowMs]);
  const weekMs = startOfDay(zone, addToDay(dayOf(zone, nowMs), { days: -BASELOAD_DAYS }));
  return {
    spans,
    today: useSummary(spans.today),
    comparable: useSummary(spans.comparable),
    yesterday: useSummary(spans.yesterday),
    lastWeek: useSummary(spans.lastWeek),
    week: useSummary({ startMs: weekMs, endMs: spans.today.startMs }),
  };
}

function useSummary({ startMs, endMs }: Span) {
  const { buildingId } = useBuilding();
  return useQuery(
    SummaryService.method.getSummary,
    { buildingId, startTime: timestampFromMs(startMs), endTime: timestampFromMs(endMs) },
    { enabled: endMs > startMs, placeholderData: keepPreviousData },
  );
}
