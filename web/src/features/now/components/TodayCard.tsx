import type { useToday } from "../hooks/useToday";
import { Card } from "@/components/ui/Card";
import { Change } from "@/components/ui/Change";
import { Failure, Loading, Skeleton } from "@/components/ui/States";
import type { EnergySummary } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useBuilding } from "@/lib/building/context";
import { LITTLE_COVERAGE } from "@/lib/coverage";
import { formatEnergy, formatMoney, formatShare } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";
import { changeOf, costOf } from "@/lib/readings/summaries";

/** Today's energy and cost, against the same hours of other days. */
export function TodayCard({ today }: { today: ReturnType<typeof useToday> }) {
  const { zone } = useBuilding();
  const now = today.today.data?.total;
  const comparable = today.comparable.data?.total;
  const cost = now && costOf(now);
  const standing = now?.costs[0]?.standingCharge ?? 0;
  const until = formatTime(today.spans.comparable.endMs, zone, "time");
  return (
    <Card title="Today" className="grid content-start">
      {today.today.isError && !now ? (
        <Failure error={today.today.error} onRetry={() => void today.today.refetch()} />
      ) : !now ? (
        <Loading label="Loading today's energy">
          <Skeleton className="h-20" />
        </Loading>
      ) : (
        <>
          <div className="flex flex-wrap items-baseline gap-x-6 gap-y-1">
            <p className="text-3xl font-semibold tracking-tight tabular-nums">
              {formatEnergy(now.energyKwh)}
            </p>
            <p className="text-xl text-muted tabular-nums">
              {cost ? formatMoney(cost.amount, cost.currencyCode) : "no tariff yet"}
            </p>
          </div>
          {standing > 0 && cost && (
            <p className="mt-1 text-sm text-muted">
              with {formatMoney(standing, cost.currencyCode)} standing charge
            </p>
          )}
          <dl className="mt-4 grid gap-2.5 text-sm">
            <Comparison
              title={`Yesterday until ${until}`}
              now={comparable}
              before={today.yesterday.data?.total}
            />
            <Comparison
              title={`A week ago until ${until}`}
              now={comparable}
              before={today.lastWeek.data?.total}
            />
          </dl>
          {now.coverage < LITTLE_COVERAGE && (
            <p className="mt-3 text-sm text-warn">
              Readings cover {formatShare(now.coverage)} of today so far; the rest adds nothing.
            </p>
          )}
        </>
      )}
    </Card>
  );
}

interface ComparisonProps {
  title: string;
  now: EnergySummary | undefined;
  before: EnergySummary | undefined;
}

function Comparison({ title, now, before }: ComparisonProps) {
  const isCovered = [now, before].every((span) => (span?.coverage ?? 0) >= LITTLE_COVERAGE);
  const change = isCovered && now && before && changeOf(now.energyKwh, before.energyKwh);
  const cost = before && costOf(before);
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
      <dt className="text-muted">{title}</dt>
      <dd className="flex items-center gap-3 tabular-nums">
        <span>
          {!before || before.coverage === 0
            ? "no readings"
            : [
                formatEnergy(before.energyKwh),
                cost && formatMoney(cost.amount, cost.currencyCode),
                before.coverage < LITTLE_COVERAGE && `${formatShare(before.coverage)} covered`,
              ]
                .filter(Boolean)
                .join(" · ")}
        </span>
        {typeof change === "number" && <Change change={change} />}
      </dd>
    </div>
  );
}
