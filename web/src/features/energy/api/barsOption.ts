import type { EChartsCoreOption } from "echarts/core";
import type { Bars } from "./bars";
import { fillTile } from "@/components/charts/fills";
import { barAxis, chartFrame, valueAxis } from "@/components/charts/frame";
import { applianceColour } from "@/lib/building/appliances";
import { formatEnergy } from "@/lib/format/quantities";

interface Looks {
  colours: (variable: string) => string;
  /** What stands below each bar. */
  labels: readonly string[];
  /** Energy of the period to compare with, kWh, bar by bar. */
  comparedKwh: readonly number[] | undefined;
}

/** Returns the stacked bars as ECharts takes them. */
export function barsOption(bars: Bars, looks: Looks): EChartsCoreOption {
  const { colours, labels, comparedKwh } = looks;
  // The unexplained part, the last one, carries the others.
  const stacked = bars.parts.toReversed().map((part) => ({
    type: "bar",
    stack: "parts",
    barMaxWidth: 44,
    barCategoryGap: "28%",
    data: part.energyKwh,
    itemStyle: {
      color: {
        image: fillTile(part.known, colours(applianceColour(part.applianceId))),
        repeat: "repeat",
      },
    },
    emphasis: { disabled: true },
  }));
  const compared = comparedKwh && {
    type: "line",
    step: "middle",
    data: labels.map((_, index) => {
      const energyKwh = comparedKwh[index] ?? Number.NaN;
      return Number.isNaN(energyKwh) ? null : energyKwh;
    }),
    symbol: "none",
    lineStyle: { color: colours("--muted"), width: 1.5, type: [4, 3] },
    emphasis: { disabled: true },
  };
  return {
    ...chartFrame(colours, "shadow"),
    xAxis: barAxis(colours, labels),
    yAxis: valueAxis(colours, formatEnergy),
    series: compared ? [...stacked, compared] : stacked,
  };
}
