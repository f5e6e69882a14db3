import type { LiveSeries } from "../api/liveSeries";
import { liveColumns, type LiveAppliance } from "../api/split";
import { Table } from "@/components/ui/Table";
import { applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { formatPower } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";
import { ceilTo } from "@/lib/time/useNow";

interface Props {
  mains: LiveSeries;
  appliances: readonly LiveAppliance[];
  spanMs: number;
}

const ROW_MS = 60_000;

/** The live chart's values by the minute, the newest first. */
export function LiveTable({ mains, appliances, spanMs }: Props) {
  const { zone, appliances: known } = useBuilding();
  const endMs = ceilTo(mains.latest()?.timeMs ?? 0, ROW_MS);
  const count = Math.round(spanMs / ROW_MS);
  const columns = liveColumns(mains, appliances, endMs - spanMs, endMs, count);
  const rows = Array.from({ length: count }, (_, i) => count - 1 - i);
  const power = (powerW: number | undefined) =>
    powerW === undefined || Number.isNaN(powerW) ? "–" : formatPower(powerW);
  return (
    <Table
      caption="Power by the minute"
      rows={rows}
      keyOf={(row) => row}
      columns={[
        {
          title: "Time",
          cell: (row) => formatTime(endMs - spanMs + row * ROW_MS, zone, "time"),
        },
        { title: "Total", isNumber: true, cell: (row) => power(columns.totalW[row]) },
        ...appliances.map(({ applianceId }, part) => ({
          title: applianceName(applianceId, known),
          isNumber: true,
          cell: (row: number) => power(columns.partsW[part]?.[row]),
        })),
        {
          title: "Unexplained",
          isNumber: true,
          cell: (row) => power(columns.partsW[appliances.length]?.[row]),
        },
      ]}
    />
  );
}
