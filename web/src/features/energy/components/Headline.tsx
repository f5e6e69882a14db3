import { comparableSpans, type Range } from "../api/range";
import { useSummary } from "../hooks/useBars";
import type { useRange } from "../hooks/useRange";
import { Change } from "@/components/ui/Change";
import { Figure, Figures } from "@/components/ui/Figures";
import { Notice } from "@/components/ui/Notice";
import { Failure, Loading, Skeleton } from "@/components/ui/States";
import { type EnergySummary, SummaryPeriod } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useBuilding } from "@/lib/building/context";
import { LITTLE_COVERAGE } from "@/lib/coverage";
import {
  formatCo2,
  formatEnergy,
  formatMoney,
  formatPower,
  formatShare,
} from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";
import { changeOf, costOf } from "@/lib/readings/summaries";

interface Props {
  state: ReturnType<typeof useRange>;
  summary: ReturnType<typeof useSummary>;
  compared: Range | undefined;
}

/** The range in a few figures. */
export function Headline({ state, summary, compared }: Props) {
  const { zone } = useBuilding();
  const spans = comparableSpans(state.range, compared ?? state.range, zone, state.nowMs);
  const own = useSummary(spans.span, SummaryPeriod.UNSPECIFIED, compared !== undefined);
  const other = useSummary(spans.other, SummaryPeriod.UNSPECIFIED, compared !== undefined);
  const total = summary.data?.total;
  if (summary.isError && !total) {
    return <Failure error={summary.error} onRetry={() => void summary.refetch()} />;
  }
  if (!total) {
    return (
      <Loading label="Loading the sums">
        <Skeleton className="h-28" />
      </Loading>
    );
  }
  const before = compared ? other.data?.total : undefined;
  const now = own.data?.total;
  const cost = costOf(total);
  const coverage = coveredSoFar(total, state.nowMs);
  return (
    <>
      <Figures>
        <Figure title="Energy" value={formatEnergy(total.energyKwh)}>
          {before && now && (
            <Compared
              before={formatEnergy(before.energyKwh)}
              change={changeOf(now.energyKwh, before.energyKwh)}
              isEmpty={before.coverage === 0}
            />
          )}
        </Figure>
        <Figure title="Cost" value={cost ? formatMoney(cost.amount, cost.currencyCode) : "–"}>
          {cost ? (
            <CostNote total={total} before={before} now={now} />
          ) : (
            "No tariff holds here yet."
          )}
        </Figure>
        {total.co2Kg !== undefined && (
          <Figure title="Greenhouse gas" value={formatCo2(total.co2Kg)}>
            {before?.co2Kg !== undefined && now?.co2Kg !== undefined && (
              <Compared
                before={formatCo2(before.co2Kg)}
                change={changeOf(now.co2Kg, before.co2Kg)}
                isEmpty={before.coverage === 0}
              />
            )}
          </Figure>
        )}
        <Figure title="Peak" value={total.peakW === undefined ? "–" : formatPower(total.peakW)}>
          {total.peakTime && formatTime(Number(total.peakTime.seconds) * 1000, zone, "dayAndTime")}
        </Figure>
        <Figure
          title="Baseload"
          value={total.baseloadW === undefined ? "–" : formatPower(total.baseloadW)}
        >
          hardly ever less
        </Figure>
      </Figures>
      {total.coverage > 0 && coverage < LITTLE_COVERAGE && (
        <Notice tone="warn">
          Readings cover {formatShare(coverage)} of this time. Gaps add nothing, so the true sums
          are higher.
        </Notice>
      )}
      {total.unpricedEnergyKwh > 0.005 && cost && (
        <Notice tone="warn">
          No tariff holds for {formatEnergy(total.unpricedEnergyKwh)} of this; the cost leaves it
          out.
        </Notice>
      )}
    </>
  );
}

/** Returns the covered part of what has passed: nobody can have read the future. */
function coveredSoFar(total: EnergySummary, nowMs: number): number {
  const startMs = Number(total.startTime?.seconds ?? 0) * 1000;
  const endMs = Number(total.endTime?.seconds ?? 0) * 1000;
  const passed = Math.min(1, Math.max(0, (nowMs - startMs) / (endMs - startMs)));
  return passed > 0 ? Math.min(1, total.coverage / passed) : 1;
}

interface ComparedProps {
  before: string;
  change: number | undefined;
  isEmpty: boolean;
}

function Compared({ before, change, isEmpty }: ComparedProps) {
  if (isEmpty) return <>no readings to compare with</>;
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      before {before} {change !== undefined && <Change change={change} />}
    </span>
  );
}

interface CostNoteProps {
  total: EnergySummary;
  before: EnergySummary | undefined;
  now: EnergySummary | undefined;
}

function CostNote({ total, before, now }: CostNoteProps) {
  const beforeCost = before && costOf(before);
  const nowCost = now && costOf(now);
  if (beforeCost && nowCost) {
    return (
      <Compared
        before={formatMoney(beforeCost.amount, beforeCost.currencyCode)}
        change={changeOf(nowCost.amount, beforeCost.amount)}
        isEmpty={before.coverage === 0}
      />
    );
  }
  const [cost] = total.costs;
  if (!cost || cost.standingCharge === 0) return null;
  return <>with {formatMoney(cost.standingCharge, cost.currencyCode)} standing charge</>;
}
