import type { EChartsCoreOption } from "echarts/core";
import type { Bars } from "./bars";
import { fillTile } from "@/components/charts/fills";
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
  const axis = {
    axisLine: { lineStyle: { color: colours("--line") } },
    axisTick: { show: false },
    axisLabel: { color: colours("--muted"), fontSize: 12 },
    splitLine: { lineStyle: { color: colours("--line") } },
  };
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
    animation: false,
    textStyle: { fontFamily: "Inter Variable, system-ui, sans-serif" },
    grid: { left: 4, right: 4, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      showContent: false,
      axisPointer: { type: "shadow", shadowStyle: { color: colours("--line"), opacity: 0.5 } },
    },
    xAxis: { type: "category", data: labels, ...axis, splitLine: { show: false } },
    yAxis: {
      type: "value",
      splitNumber: 4,
      ...axis,
      axisLine: { show: false },
      axisLabel: { ...axis.axisLabel, formatter: (value: number) => formatEnergy(value) },
    },
    series: compared ? [...stacked, compared] : stacked,
  };
}
