import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { heatMap, hottest } from "../api/heat";
import type { Span } from "../api/range";
import { Card } from "@/components/ui/Card";
import { Scrolling } from "@/components/ui/Scrolling";
import { Failure, Loading, Skeleton } from "@/components/ui/States";
import { ReadingService } from "@/gen/nilm/telemetry/v1/reading_service_pb";
import { useBuilding } from "@/lib/building/context";
import { formatPower } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";

const HOUR_MS = 3_600_000;
const MOST_BUCKETS = 20_000;
const HOURS = [...new Array(24).keys()];
/** Any Monday, to name the days of the week. */
const MONDAY_MS = Date.UTC(2024, 0, 1);

/** The mean power of each hour of the week: when the building uses its energy. */
export function HeatCard({ span }: { span: Span }) {
  const { buildingId, zone } = useBuilding();
  const query = useQuery(
    ReadingService.method.queryReadings,
    {
      buildingId,
      startTime: timestampFromMs(span.startMs),
      endTime: timestampFromMs(span.endMs),
      // One more where the first hour is cut; the ladder's next period is half an hour.
      maxPoints: Math.min(MOST_BUCKETS, Math.ceil((span.endMs - span.startMs) / HOUR_MS) + 1),
    },
    { placeholderData: keepPreviousData },
  );
  const map = useMemo(() => {
    const result = query.data?.result;
    return result?.case === "buckets" ? heatMap(result.value, zone) : undefined;
  }, [query.data, zone]);
  const top = map && hottest(map);
  const least = Math.min(...(map ?? []).flat().filter((powerW) => !Number.isNaN(powerW)));
  return (
    <Card
      title="By hour and weekday"
      subtitle={
        top
          ? `Mean power; the most on ${weekday(top.row, "long")} from ${hourText(top.hour)}, ${formatPower(top.powerW)}`
          : "Mean power"
      }
    >
      {query.isError && !map ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : !map ? (
        <Loading label="Loading the hours of the week">
          <Skeleton className="h-56" />
        </Loading>
      ) : (
        <Scrolling label="Hours of the week">
          <table className="w-full min-w-[27rem] table-fixed border-separate border-spacing-[2px] text-xs">
            <caption className="sr-only">Mean power by hour and weekday</caption>
            <thead>
              <tr>
                <td className="w-10" />
                {HOURS.map((hour) => (
                  <th key={hour} scope="col" className="font-normal text-muted tabular-nums">
                    <span className={hour % 3 === 0 ? undefined : "sr-only"}>{hour}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {map.map((hours, row) => (
                <tr key={MONDAY_MS + row}>
                  <th scope="row" className="text-left font-normal text-muted">
                    {weekday(row, "short")}
                  </th>
                  {hours.map((powerW, hour) => (
                    <HeatCell
                      key={HOURS[hour]}
                      powerW={powerW}
                      part={partOf(powerW, least, top?.powerW ?? 1)}
                      title={`${weekday(row, "long")} ${hourText(hour)}`}
                    />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
    </Card>
  );
}

interface CellProps {
  powerW: number;
  /** Where it lies between the least and the greatest, 0 to 1. */
  part: number;
  title: string;
}

function HeatCell({ powerW, part, title }: CellProps) {
  const isKnown = !Number.isNaN(powerW);
  const text = isKnown ? formatPower(powerW) : "no reading";
  const strength = Math.round(8 + 92 * Math.max(0, Math.min(1, part)));
  return (
    <td
      title={`${title}: ${text}`}
      className="h-6 rounded-[4px] p-0"
      style={{
        background: isKnown
          ? `color-mix(in oklab, var(--accent) ${strength}%, var(--surface))`
          : "var(--sunken)",
      }}
    >
      <span className="sr-only">{text}</span>
    </td>
  );
}

function partOf(value: number, least: number, greatest: number): number {
  return greatest > least ? (value - least) / (greatest - least) : 1;
}

function weekday(row: number, style: "short" | "long"): string {
  return new Intl.DateTimeFormat(undefined, { weekday: style, timeZone: "UTC" }).format(
    MONDAY_MS + row * 24 * HOUR_MS,
  );
}

function hourText(hour: number): string {
  return formatTime(MONDAY_MS + hour * HOUR_MS, "UTC", "time");
}
