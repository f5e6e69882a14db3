import type { PowerView } from "../api/power";
import type { Span } from "../api/range";
import { Table } from "@/components/ui/Table";
import { applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { formatPower } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";

const MOST_ROWS = 500;

/** The values of the power chart, as far as they are on screen. */
export function PowerTable({ view, visible }: { view: PowerView; visible: Span }) {
  const { zone, appliances } = useBuilding();
  const rows = view.timesMs.flatMap((timeMs, index) =>
    timeMs >= visible.startMs && timeMs <= visible.endMs ? [index] : [],
  );
  const power = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? "–" : formatPower(value);
  return (
    <>
      <Table
        caption="Power"
        rows={rows.slice(0, MOST_ROWS)}
        keyOf={(row) => row}
        columns={[
          {
            title: "From",
            cell: (row) =>
              formatTime((view.timesMs[row] ?? 0) - view.bucketMs / 2, zone, "dayAndTime"),
          },
          { title: "Mean", isNumber: true, cell: (row) => power(view.meanW[row]) },
          { title: "Least", isNumber: true, cell: (row) => power(view.minW[row]) },
          { title: "Greatest", isNumber: true, cell: (row) => power(view.maxW[row]) },
          ...view.parts.map((part) => ({
            title: applianceName(part.applianceId, appliances),
            isNumber: true,
            cell: (row: number) => power(part.powerW[row]),
          })),
          ...view.truth.map(({ applianceId, powerW }) => ({
            title: `${applianceName(applianceId, appliances)}, true`,
            isNumber: true,
            cell: (row: number) => power(powerW[row]),
          })),
        ]}
      />
      {rows.length > MOST_ROWS && (
        <p className="mt-2 text-sm text-muted">
          The first {MOST_ROWS} of {rows.length} rows; zoom in for the others, or export them.
        </p>
      )}
    </>
  );
}
