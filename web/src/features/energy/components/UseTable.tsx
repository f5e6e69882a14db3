import type { Bars } from "../api/bars";
import type { BarPeriod } from "../api/range";
import { periodTitle } from "../api/sentence";
import { Table } from "@/components/ui/Table";
import { applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { formatCo2, formatEnergy, formatShare } from "@/lib/format/quantities";

interface Props {
  bars: Bars;
  period: BarPeriod;
  comparedKwh: readonly number[] | undefined;
}

/** The values of the bars. */
export function UseTable({ bars, period, comparedKwh }: Props) {
  const { building, zone, appliances } = useBuilding();
  const intensity = building.carbonIntensityGPerKwh;
  return (
    <Table
      caption={`Energy by ${period}`}
      rows={[...bars.startsMs.keys()]}
      keyOf={(row) => row}
      columns={[
        {
          title: period.charAt(0).toUpperCase() + period.slice(1),
          cell: (row) => periodTitle(bars.startsMs[row] ?? 0, period, zone),
        },
        { title: "Meter", isNumber: true, cell: (row) => formatEnergy(bars.totalKwh[row] ?? 0) },
        ...bars.parts.map((part) => ({
          title: applianceName(part.applianceId, appliances),
          isNumber: true,
          cell: (row: number) => formatEnergy(part.energyKwh[row] ?? 0),
        })),
        ...(comparedKwh
          ? [
              {
                title: "Before",
                isNumber: true,
                cell: (row: number) => {
                  const energyKwh = comparedKwh[row];
                  return energyKwh === undefined || Number.isNaN(energyKwh)
                    ? "–"
                    : formatEnergy(energyKwh);
                },
              },
            ]
          : []),
        ...(intensity === undefined
          ? []
          : [
              {
                title: "CO₂",
                isNumber: true,
                cell: (row: number) => formatCo2(((bars.totalKwh[row] ?? 0) * intensity) / 1000),
              },
            ]),
        { title: "Covered", isNumber: true, cell: (row) => formatShare(bars.coverage[row] ?? 0) },
      ]}
    />
  );
}
