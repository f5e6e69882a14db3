import { energyOf, usageOf } from "../api/trend";
import type { useAppliance } from "../hooks/useAppliance";
import { useUsage } from "../hooks/useUsage";
import { Figure, Figures } from "@/components/ui/Figures";
import { Notice } from "@/components/ui/Notice";
import { Failure, Loading, Skeleton } from "@/components/ui/States";
import { SummaryPeriod } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useBuilding } from "@/lib/building/context";
import { formatCo2, formatEnergy, formatMoney, formatShare } from "@/lib/format/quantities";

/** What the appliance used in the time that the page looks at. */
export function UsageFigures({ view }: { view: ReturnType<typeof useAppliance> }) {
  const { mains } = useBuilding();
  const { data, isError, error, refetch } = useUsage(view.span, SummaryPeriod.UNSPECIFIED);
  if (!mains) {
    return (
      <Notice>
        This building has no meter of its mains, so energy and cost are not summed up. Add one in
        its settings.
      </Notice>
    );
  }
  if (isError && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data?.total) {
    return (
      <Loading label="Loading the sums">
        <Skeleton className="h-28" />
      </Loading>
    );
  }
  const usage = usageOf(data.total, view.applianceId);
  const energyKwh = energyOf(usage);
  const wholeKwh = data.total.energyKwh;
  return (
    <Figures>
      <Figure title={`Energy in ${view.length} days`} value={formatEnergy(energyKwh)}>
        {usage.measuredKwh > 0 && usage.estimatedKwh > 0
          ? `${formatEnergy(usage.estimatedKwh)} of it estimated`
          : usage.estimatedKwh > 0
            ? "estimated"
            : usage.measuredKwh > 0 && "measured"}
      </Figure>
      <Figure
        title="Cost"
        value={usage.cost === undefined ? "–" : formatMoney(usage.cost, usage.currencyCode)}
      >
        {usage.cost === undefined ? "No one tariff holds here." : "without standing charges"}
      </Figure>
      <Figure
        title="Share of the building"
        value={wholeKwh > 0 ? formatShare(energyKwh / wholeKwh, 1) : "–"}
      >
        of {formatEnergy(wholeKwh)}
      </Figure>
      {usage.co2Kg !== undefined && (
        <Figure title="Greenhouse gas" value={formatCo2(usage.co2Kg)}>
          by the building’s carbon intensity
        </Figure>
      )}
    </Figures>
  );
}
