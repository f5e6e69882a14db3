import { Link } from "react-router";
import type { useSummary } from "../hooks/useBars";
import { Swatch } from "@/components/charts/Swatch";
import type { Known } from "@/components/charts/fills";
import { Card } from "@/components/ui/Card";
import { Loading, Skeleton } from "@/components/ui/States";
import { SyntheticBadge } from "@/components/ui/SyntheticBadge";
import { Table } from "@/components/ui/Table";
import { type ApplianceEnergy, EnergySource } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { applianceColour, applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { formatCo2, formatEnergy, formatMoney, formatShare } from "@/lib/format/quantities";
import { useSyntheticAppliances } from "@/lib/models/synthetic";

const KNOWN: Partial<Record<EnergySource, Known>> = {
  [EnergySource.MEASURED]: "measured",
  [EnergySource.ESTIMATED]: "estimated",
};

/** What each appliance used, what that cost and how sure it is. */
export function ApplianceCard({ summary }: { summary: ReturnType<typeof useSummary> }) {
  const { appliances, buildingId } = useBuilding();
  const synthetic = useSyntheticAppliances();
  const total = summary.data?.total;
  if (!total) {
    return summary.isError ? null : (
      <Loading label="Loading the appliances">
        <Skeleton className="h-48" />
      </Loading>
    );
  }
  const rows = [...total.appliances].sort(
    (a, b) => Number(!a.applianceId) - Number(!b.applianceId) || b.energyKwh - a.energyKwh,
  );
  return (
    <Card title="Where it went">
      <Table
        caption="Energy by appliance"
        rows={rows}
        keyOf={(row) => `${row.applianceId} ${row.source}`}
        columns={[
          {
            title: "Appliance",
            cell: (row) => (
              <span className="flex items-center gap-2">
                <Swatch
                  known={KNOWN[row.source] ?? "unexplained"}
                  colour={applianceColour(row.applianceId)}
                />
                {row.applianceId ? (
                  <Link
                    to={`/buildings/${buildingId}/appliances/${row.applianceId}`}
                    className="font-medium text-accent-text hover:underline"
                  >
                    {applianceName(row.applianceId, appliances)}
                  </Link>
                ) : (
                  applianceName(row.applianceId, appliances)
                )}
                {row.source === EnergySource.ESTIMATED && synthetic.has(row.applianceId) && (
                  <SyntheticBadge />
                )}
              </span>
            ),
          },
          { title: "Energy", isNumber: true, cell: (row) => formatEnergy(row.energyKwh) },
          {
            title: "Share",
            isNumber: true,
            cell: (row) =>
              total.energyKwh > 0 ? formatShare(row.energyKwh / total.energyKwh) : "–",
          },
          {
            title: "Cost",
            isNumber: true,
            cell: (row) =>
              row.energyCost === undefined ? "–" : formatMoney(row.energyCost, row.currencyCode),
          },
          ...(total.co2Kg === undefined
            ? []
            : [
                {
                  title: "CO₂",
                  isNumber: true,
                  cell: ({ co2Kg }: ApplianceEnergy) =>
                    co2Kg === undefined ? "–" : formatCo2(co2Kg),
                },
              ]),
          {
            title: "Sureness",
            isNumber: true,
            cell: (row) =>
              row.source === EnergySource.MEASURED
                ? "measured"
                : row.meanConfidence === undefined
                  ? "–"
                  : formatShare(row.meanConfidence),
          },
        ]}
      />
    </Card>
  );
}
