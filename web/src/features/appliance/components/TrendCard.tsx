import { CalendarRange } from "lucide-react";
import { useMemo, useState } from "react";
import type { Span } from "../api/period";
import { amountTrendOption, energyOf, energyTrendOption, usageOf, type Usage } from "../api/trend";
import { useUsage } from "../hooks/useUsage";
import { EChart } from "@/components/charts/EChart";
import { useColours } from "@/components/charts/colours";
import { Card } from "@/components/ui/Card";
import { Segmented } from "@/components/ui/Segmented";
import { Failure, Loading, Message, Skeleton } from "@/components/ui/States";
import { Table } from "@/components/ui/Table";
import { TableButton } from "@/components/ui/TableButton";
import { SummaryPeriod } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useBuilding } from "@/lib/building/context";
import { formatCo2, formatEnergy, formatMoney, formatShare } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";

type Measure = "energy" | "cost" | "co2";

interface Props {
  applianceId: string;
  months: Span;
}

/** What the appliance used and cost in each of the last twelve months. */
export function TrendCard({ applianceId, months }: Props) {
  const { mains } = useBuilding();
  const [isTable, setIsTable] = useState(false);
  const [measure, setMeasure] = useState<Measure>("energy");
  const query = useUsage(months, SummaryPeriod.MONTH);
  const usages = useMemo(
    () => query.data?.periods.map((period) => usageOf(period, applianceId)),
    [query.data, applianceId],
  );
  if (!mains) return null;
  const isKnown = usages?.some((usage) => energyOf(usage) > 0) ?? false;
  const measures = [
    { value: "energy", label: "Energy" },
    { value: "cost", label: "Cost" },
    ...(usages?.some((usage) => usage.co2Kg !== undefined)
      ? [{ value: "co2" as const, label: "CO₂" }]
      : []),
  ] as const;
  return (
    <Card
      title="By month"
      subtitle="The last twelve months, the present one so far"
      actions={
        isKnown && (
          <div className="flex flex-wrap items-center gap-1.5">
            <Segmented
              label="What the bars show"
              value={measure}
              options={measures}
              onChange={setMeasure}
            />
            <TableButton isTable={isTable} onChange={setIsTable} />
          </div>
        )
      }
    >
      {query.isError && !usages ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : !usages ? (
        <Loading label="Loading the months">
          <Skeleton className="h-56" />
        </Loading>
      ) : !isKnown ? (
        <Message icon={CalendarRange} title="No use in the last twelve months">
          Months show here once it is measured or estimated.
        </Message>
      ) : isTable ? (
        <TrendTable usages={usages} />
      ) : (
        <TrendChart applianceId={applianceId} usages={usages} measure={measure} />
      )}
    </Card>
  );
}

interface ChartProps {
  applianceId: string;
  usages: readonly Usage[];
  measure: Measure;
}

function TrendChart({ applianceId, usages, measure }: ChartProps) {
  const { zone } = useBuilding();
  const colours = useColours();
  const [hovered, setHovered] = useState<number>();
  const currencyCode = usages.find((usage) => usage.currencyCode)?.currencyCode ?? "";
  const option = useMemo(() => {
    const labels = usages.map((usage) => formatTime(usage.startMs, zone, "shortMonth"));
    const looks = { applianceId, colours, labels };
    if (measure === "energy") return energyTrendOption(usages, formatEnergy, looks);
    if (measure === "co2") {
      return amountTrendOption(
        usages.map((usage) => usage.co2Kg ?? 0),
        formatCo2,
        looks,
      );
    }
    return amountTrendOption(
      usages.map((usage) => (usage.currencyCode === currencyCode ? (usage.cost ?? 0) : 0)),
      (amount) => formatMoney(amount, currencyCode),
      looks,
    );
  }, [usages, measure, currencyCode, applianceId, colours, zone]);
  const sentence = trendSentence(usages, zone);
  const usage = usages[hovered ?? -1];
  return (
    <>
      <EChart option={option} label={sentence} className="h-56" onHover={setHovered} />
      <p className="mt-2 min-h-5 text-sm tabular-nums">
        {usage ? (
          <>
            <span className="font-medium">
              {formatTime(usage.startMs, zone, "month")}: {formatEnergy(energyOf(usage))}
            </span>
            <span className="text-muted">
              {usage.cost !== undefined && ` · ${formatMoney(usage.cost, usage.currencyCode)}`}
              {usage.co2Kg !== undefined && ` · ${formatCo2(usage.co2Kg)}`}
              {` · ${formatShare(usage.coverage)} covered`}
            </span>
          </>
        ) : (
          <span className="text-muted">{sentence}</span>
        )}
      </p>
    </>
  );
}

function trendSentence(usages: readonly Usage[], zone: string): string {
  const used = usages.filter((usage) => energyOf(usage) > 0);
  const most = used.reduce((a, b) => (energyOf(b) > energyOf(a) ? b : a));
  const total = used.reduce((sum, usage) => sum + energyOf(usage), 0);
  return `${formatEnergy(total)} in twelve months; the most in ${formatTime(most.startMs, zone, "month")}, with ${formatEnergy(energyOf(most))}.`;
}

function TrendTable({ usages }: { usages: readonly Usage[] }) {
  const { zone } = useBuilding();
  const hasCo2 = usages.some((usage) => usage.co2Kg !== undefined);
  return (
    <Table
      caption="Use by month"
      rows={usages}
      keyOf={(usage) => usage.startMs}
      columns={[
        { title: "Month", cell: (usage) => formatTime(usage.startMs, zone, "month") },
        { title: "Measured", isNumber: true, cell: (usage) => formatEnergy(usage.measuredKwh) },
        { title: "Estimated", isNumber: true, cell: (usage) => formatEnergy(usage.estimatedKwh) },
        {
          title: "Cost",
          isNumber: true,
          cell: (usage) =>
            usage.cost === undefined ? "–" : formatMoney(usage.cost, usage.currencyCode),
        },
        ...(hasCo2
          ? [
              {
                title: "CO₂",
                isNumber: true,
                cell: (usage: Usage) => (usage.co2Kg === undefined ? "–" : formatCo2(usage.co2Kg)),
              },
            ]
          : []),
        { title: "Covered", isNumber: true, cell: (usage) => formatShare(usage.coverage) },
      ]}
    />
  );
}
