import { CloudOff } from "lucide-react";
import { useState, type ReactNode } from "react";
import { liveSummary } from "../api/liveSummary";
import { useLiveView } from "../hooks/useLiveView";
import { LiveBadge } from "./LiveBadge";
import { LiveChart } from "./LiveChart";
import { LiveTable } from "./LiveTable";
import { OnNow } from "./OnNow";
import { SplitList } from "./SplitList";
import { Card } from "@/components/ui/Card";
import { Segmented } from "@/components/ui/Segmented";
import { Failure, Loading, Message, Skeleton } from "@/components/ui/States";
import { TableButton } from "@/components/ui/TableButton";
import { applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { decimal, formatDuration } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";

const SPANS = [
  { value: "5", label: "5 min" },
  { value: "15", label: "15 min" },
  { value: "60", label: "1 h" },
] as const;

/** The live part of the page: total, chart, split and what is on. */
export function LivePanel({ mainsId, aside }: { mainsId: string; aside: ReactNode }) {
  const { zone, appliances: known } = useBuilding();
  const live = useLiveView(mainsId);
  const [span, setSpan] = useState<(typeof SPANS)[number]["value"]>("60");
  const [isTable, setIsTable] = useState(false);
  const { latest, states, appliances, mains, status } = live;
  const summary = liveSummary(mains, states, (id) => applianceName(id, known), zone);
  const asOfMs = Math.min(...states.map((state) => state.asOfMs), latest?.timeMs ?? 0) - 1;
  return (
    <>
      <div className="grid items-start gap-4 sm:gap-5 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <Card
          title="Power"
          actions={
            <div className="flex flex-wrap items-center gap-2">
              <Segmented label="Span of time" value={span} options={SPANS} onChange={setSpan} />
              <TableButton isTable={isTable} onChange={setIsTable} />
            </div>
          }
        >
          {status === "failed" ? (
            <Failure error={live.error} />
          ) : !live.isReady ? (
            <Loading label="Loading the past hour">
              <Skeleton className="h-80" />
            </Loading>
          ) : (
            <>
              <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1">
                <TotalPower powerW={latest?.powerW} />
                <div className="grid gap-1">
                  <div>
                    <LiveBadge status={status} />
                  </div>
                  <p className="text-sm text-muted tabular-nums" data-testid="reading-time">
                    {latest
                      ? `read at ${formatTime(latest.timeMs, zone, "timeWithSeconds")}${every(mains.periodMs())}`
                      : "no reading in the past hour"}
                  </p>
                </div>
              </div>
              {!latest ? (
                <Message icon={CloudOff} title="The meter is silent">
                  Nothing was read in the past hour. Check the meter and its connection.
                </Message>
              ) : isTable ? (
                <LiveTable mains={mains} appliances={appliances} spanMs={Number(span) * 60_000} />
              ) : (
                <LiveChart
                  mains={mains}
                  appliances={appliances}
                  spanMs={Number(span) * 60_000}
                  summary={summary}
                />
              )}
            </>
          )}
        </Card>
        <div className="grid gap-4 sm:grid-cols-2 sm:gap-5 xl:grid-cols-1">{aside}</div>
      </div>
      <div className="grid items-start gap-4 sm:gap-5 lg:grid-cols-2">
        <Card
          title="What it is made of"
          subtitle={latest && states.length > 0 && `At ${formatTime(asOfMs, zone, "time")}`}
        >
          {latest ? (
            <SplitList totalW={totalAt(mains, asOfMs)} asOfMs={asOfMs} appliances={appliances} />
          ) : (
            <p className="text-sm text-muted">There is nothing to split yet.</p>
          )}
        </Card>
        <Card title="On right now">
          {live.hasPredictions ? (
            <OnNow states={states} />
          ) : live.predictionsError ? (
            <Failure error={live.predictionsError} />
          ) : (
            <Loading label="Loading what is on">
              <Skeleton className="h-32" />
            </Loading>
          )}
        </Card>
      </div>
    </>
  );
}

function totalAt(mains: ReturnType<typeof useLiveView>["mains"], timeMs: number): number {
  const powerW = mains.at(timeMs);
  return Number.isNaN(powerW) ? (mains.latest()?.powerW ?? 0) : powerW;
}

function every(periodMs: number | undefined): string {
  return periodMs ? `, every ${formatDuration(periodMs)}` : "";
}

function TotalPower({ powerW }: { powerW: number | undefined }) {
  const isKilo = powerW !== undefined && Math.abs(powerW) >= 999.5;
  return (
    <p className="text-5xl font-semibold tracking-tight tabular-nums" data-testid="total-power">
      {powerW === undefined ? "–" : isKilo ? decimal(powerW / 1000, 2) : decimal(powerW, 0)}
      <span className="ml-1.5 text-2xl font-medium text-muted">{isKilo ? "kW" : "W"}</span>
    </p>
  );
}
