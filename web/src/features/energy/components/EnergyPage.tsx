import { Gauge } from "lucide-react";
import { useMemo } from "react";
import { barPeriodOf, comparedRange, spanOf } from "../api/range";
import { SUMMARY_PERIODS, useSummary } from "../hooks/useBars";
import { useRange } from "../hooks/useRange";
import { ApplianceCard } from "./ApplianceCard";
import { ExportButton } from "./ExportButton";
import { Headline } from "./Headline";
import { HeatCard } from "./HeatCard";
import { PowerCard } from "./PowerCard";
import { RangeBar } from "./RangeBar";
import { UseCard } from "./UseCard";
import { preloadCharts } from "@/components/charts/EChart";
import { Page } from "@/components/ui/Page";
import { Message } from "@/components/ui/States";
import { EnergySource } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useBuilding } from "@/lib/building/context";
import { formatZone } from "@/lib/format/times";

preloadCharts();

export default function EnergyPage() {
  const { building, zone, mains } = useBuilding();
  const state = useRange();
  const { range, comparison } = state;
  const span = useMemo(() => spanOf(range, zone), [range, zone]);
  const compared = useMemo(() => comparedRange(range, comparison), [range, comparison]);
  const period = barPeriodOf(range);
  const summary = useSummary(span, SUMMARY_PERIODS[period]);
  const estimated = (summary.data?.total?.appliances ?? [])
    .filter(({ source }) => source === EnergySource.ESTIMATED)
    .map(({ applianceId }) => applianceId);
  return (
    <Page
      title="Energy"
      subtitle={`${building.displayName} · times in ${formatZone(zone, span.startMs)}`}
      actions={mains && <ExportButton range={range} span={span} estimated={estimated} />}
    >
      {mains ? (
        <>
          <RangeBar state={state} />
          <Headline state={state} summary={summary} compared={compared} />
          <UseCard state={state} period={period} compared={compared} />
          <PowerCard key={`${span.startMs} ${span.endMs}`} state={state} span={span} />
          <div className="grid items-start gap-4 sm:gap-5 xl:grid-cols-2">
            <ApplianceCard summary={summary} />
            <HeatCard span={span} />
          </div>
        </>
      ) : (
        <Message icon={Gauge} title="This building has no meter yet">
          Add the meter that measures the whole building, and its energy shows here.
        </Message>
      )}
    </Page>
  );
}
