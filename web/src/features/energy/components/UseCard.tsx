import { useMemo, useState } from "react";
import type { Bars } from "../api/bars";
import { barsOption } from "../api/barsOption";
import type { BarPeriod, Range } from "../api/range";
import { rangeOf } from "../api/range";
import { energySentence, periodTitle } from "../api/sentence";
import { useBars } from "../hooks/useBars";
import type { useRange } from "../hooks/useRange";
import { Legend } from "./Legend";
import { UseTable } from "./UseTable";
import { EChart } from "@/components/charts/EChart";
import { useColours } from "@/components/charts/colours";
import { Card } from "@/components/ui/Card";
import { Failure, Loading, Skeleton } from "@/components/ui/States";
import { TableButton } from "@/components/ui/TableButton";
import { applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { formatEnergy, formatShare } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";
import { dayOf } from "@/lib/time/zone";

interface Props {
  state: ReturnType<typeof useRange>;
  period: BarPeriod;
  compared: Range | undefined;
}

const FULL_COVERAGE = 0.995;

/** The energy of the range, stacked by appliance. */
export function UseCard({ state, period, compared }: Props) {
  const { zone, appliances } = useBuilding();
  const [isTable, setIsTable] = useState(false);
  const { range, only, setOnly, setRange } = state;
  const { bars, error, isStale, refetch } = useBars(range, period);
  const other = useBars(compared ?? range, period);
  const comparedKwh = compared && other.bars && readKwh(other.bars);
  const nameOf = (id: string) => applianceName(id, appliances);
  return (
    <Card
      title={`Energy by ${period}`}
      subtitle="Measured, estimated and unexplained parts sum to the meter"
      actions={<TableButton isTable={isTable} onChange={setIsTable} />}
    >
      {error && !bars ? (
        <Failure error={error} onRetry={refetch} />
      ) : !bars ? (
        <Loading label="Loading the energy">
          <Skeleton className="h-72" />
        </Loading>
      ) : (
        <div className={isStale ? "opacity-60 transition-opacity" : "transition-opacity"}>
          <div className="mb-3">
            <Legend parts={bars.parts} only={only} onOnly={setOnly} />
          </div>
          {isTable ? (
            <UseTable bars={bars} period={period} comparedKwh={comparedKwh} />
          ) : (
            <UseChart
              bars={shownAlone(bars, only)}
              period={period}
              comparedKwh={only === undefined ? comparedKwh : undefined}
              label={energySentence(bars, period, zone, nameOf)}
              onChoose={(startMs) => {
                const day = dayOf(zone, startMs);
                if (period === "day") setRange(rangeOf("day", day));
                if (period === "month") setRange(rangeOf("month", day));
              }}
            />
          )}
          <p className="mt-2 text-sm text-muted">{energySentence(bars, period, zone, nameOf)}</p>
        </div>
      )}
    </Card>
  );
}

/** Returns the energy of each period; NaN where nothing was read, which is not the same as 0. */
function readKwh({ totalKwh, coverage }: Bars): number[] {
  return totalKwh.map((energyKwh, index) => (coverage[index] ? energyKwh : Number.NaN));
}

function shownAlone(bars: Bars, only: string | undefined): Bars {
  if (only === undefined) return bars;
  return { ...bars, parts: bars.parts.filter((part) => part.applianceId === only) };
}

interface ChartProps {
  bars: Bars;
  period: BarPeriod;
  comparedKwh: readonly number[] | undefined;
  label: string;
  onChoose: (startMs: number) => void;
}

function UseChart({ bars, period, comparedKwh, label, onChoose }: ChartProps) {
  const { zone, appliances } = useBuilding();
  const colours = useColours();
  const [hovered, setHovered] = useState<number>();
  const option = useMemo(() => {
    const styles = { hour: "time", day: "shortDay", month: "shortMonth" } as const;
    return barsOption(bars, {
      colours,
      comparedKwh,
      labels: bars.startsMs.map((ms) => formatTime(ms, zone, styles[period])),
    });
  }, [bars, colours, comparedKwh, zone, period]);
  const startMs = hovered === undefined ? undefined : bars.startsMs[hovered];
  const coverage = bars.coverage[hovered ?? -1] ?? 1;
  const before = comparedKwh?.[hovered ?? -1] ?? Number.NaN;
  return (
    <>
      <EChart
        option={option}
        label={label}
        className="h-64 sm:h-80"
        onHover={setHovered}
        onChoose={(index) => {
          const chosenMs = bars.startsMs[index];
          if (chosenMs !== undefined) onChoose(chosenMs);
        }}
      />
      <p className="mt-2 min-h-5 text-sm tabular-nums">
        {hovered !== undefined && startMs !== undefined && (
          <>
            <span className="font-medium">
              {periodTitle(startMs, period, zone)}: {formatEnergy(bars.totalKwh[hovered] ?? 0)}
            </span>
            <span className="text-muted">
              {bars.parts
                .filter((part) => (part.energyKwh[hovered] ?? 0) >= 0.005)
                .map(
                  (part) =>
                    ` · ${applianceName(part.applianceId, appliances)} ${formatEnergy(part.energyKwh[hovered] ?? 0)}`,
                )}
              {before >= 0 && ` · before ${formatEnergy(before)}`}
              {coverage < FULL_COVERAGE && ` · ${formatShare(coverage)} covered`}
            </span>
          </>
        )}
      </p>
    </>
  );
}
