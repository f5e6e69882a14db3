import type { ReactNode } from "react";
import { comparableSpans, type Range } from "../api/range";
import { useSummary } from "../hooks/useBars";
import type { useRange } from "../hooks/useRange";
import { Change } from "@/components/ui/Change";
import { Notice } from "@/components/ui/Notice";
import { Failure, Loading, Skeleton } from "@/components/ui/States";
import { type EnergySummary, SummaryPeriod } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useBuilding } from "@/lib/building/context";
import { formatEnergy, formatMoney, formatPower, formatShare } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";
import { changeOf, costOf } from "@/lib/readings/summaries";

interface Props {
  state: ReturnType<typeof useRange>;
  summary: ReturnType<typeof useSummary>;
  compared: Range | undefined;
}

const LITTLE_COVERAGE = 0.95;

/** The range in four figures. */
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
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-card border border-line bg-line shadow-card lg:grid-cols-4">
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
        <Figure title="Peak" value={total.peakW === undefined ? "–" : formatPower(total.peakW)}>
          {total.peakTime && formatTime(Number(total.peakTime.seconds) * 1000, zone, "dayAndTime")}
        </Figure>
        <Figure
          title="Baseload"
          value={total.baseloadW === undefined ? "–" : formatPower(total.baseloadW)}
        >
          hardly ever less
        </Figure>
      </dl>
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

interface FigureProps {
  title: string;
  value: string;
  children?: ReactNode;
}

function Figure({ title, value, children }: FigureProps) {
  return (
    <div className="bg-surface p-4 sm:px-5">
      <dt className="text-sm text-muted">{title}</dt>
      <dd className="mt-1">
        <span className="block text-2xl font-semibold tracking-tight tabular-nums">{value}</span>
        <span className="mt-1 block min-h-5 text-sm text-muted tabular-nums">{children}</span>
      </dd>
    </div>
  );
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
