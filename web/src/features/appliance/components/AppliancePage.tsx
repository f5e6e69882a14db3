import { ArrowLeft } from "lucide-react";
import { Link } from "react-router";
import { LENGTHS } from "../api/period";
import { useAppliance } from "../hooks/useAppliance";
import { ApplianceLinks } from "./ApplianceLinks";
import { FoundByCard } from "./FoundByCard";
import { ProgrammeCard } from "./ProgrammeCard";
import { RunsCard } from "./RunsCard";
import { TrendCard } from "./TrendCard";
import { UsageFigures } from "./UsageFigures";
import { preloadCharts } from "@/components/charts/EChart";
import { Page } from "@/components/ui/Page";
import { Segmented } from "@/components/ui/Segmented";
import { useBuilding } from "@/lib/building/context";
import { formatZone } from "@/lib/format/times";

preloadCharts();

/** One appliance: its runs, its typical programme, its months, and how it is known. */
export default function AppliancePage() {
  const { building, buildingId, zone } = useBuilding();
  const view = useAppliance();
  const { applianceId, span } = view;
  return (
    <Page
      title={view.name}
      subtitle={`${building.displayName} · times in ${formatZone(zone, view.nowMs)}`}
      actions={
        <Link
          to={`/buildings/${buildingId}/energy`}
          className="inline-flex min-h-9 items-center gap-2 text-sm font-medium text-accent-text hover:underline"
        >
          <ArrowLeft aria-hidden className="size-4" /> All energy
        </Link>
      }
    >
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Segmented
          label="How far to look back"
          value={view.length}
          options={LENGTHS.map((days) => ({ value: days, label: `${days} days` }))}
          onChange={view.setLength}
        />
        <ApplianceLinks shown={applianceId} />
      </div>
      <UsageFigures view={view} />
      <RunsCard
        key={applianceId}
        applianceId={applianceId}
        span={span}
        isMeasured={view.meter !== undefined}
      />
      <div className="grid items-start gap-4 sm:gap-5 xl:grid-cols-2">
        <div className="grid min-w-0 gap-4 sm:gap-5">
          <ProgrammeCard applianceId={applianceId} span={span} />
          <TrendCard applianceId={applianceId} months={view.months} />
        </div>
        <FoundByCard applianceId={applianceId} span={span} meter={view.meter} />
      </div>
    </Page>
  );
}
