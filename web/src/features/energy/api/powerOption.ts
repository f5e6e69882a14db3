import type { EChartsCoreOption } from "echarts/core";
import type { PowerView } from "./power";
import type { Span } from "./range";
import { fillTile } from "@/components/charts/fills";
import { chartFrame } from "@/components/charts/frame";
import { applianceColour } from "@/lib/building/appliances";
import { formatPower } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";
import { zonedTicks, type TickUnit } from "@/lib/time/ticks";
import { dayOf, startOfDay } from "@/lib/time/zone";

interface Looks {
  colours: (variable: string) => string;
  zone: string;
  /** The whole range, and what of it is looked at. */
  range: Span;
  visible: Span;
  /** Appliance that is shown alone. */
  only: string | undefined;
  /** How many ticks the axis has room for. */
  mostTicks: number;
}

const SHOWN_MS_WITH_WHEEL = 60_000;

/** Returns the power chart as ECharts takes it. */
export function powerOption(view: PowerView, looks: Looks): EChartsCoreOption {
  const { colours, zone, range, visible, only, mostTicks } = looks;
  const points = (values: readonly number[]) => {
    const flat = new Float64Array(2 * view.timesMs.length);
    view.timesMs.forEach((timeMs, i) => {
      flat[2 * i] = timeMs;
      flat[2 * i + 1] = values[i] ?? Number.NaN;
    });
    return flat;
  };
  const silent = {
    type: "line",
    symbol: "none",
    showSymbol: false, // or ECharts compares every point with those before
    emphasis: { disabled: true },
    silent: true,
    animation: false,
  };
  const parts = view.parts
    .filter((part) => only === undefined || part.applianceId === only)
    .reverse()
    .map((part) => ({
      ...silent,
      stack: "parts",
      data: points(part.powerW),
      lineStyle: { width: 0 },
      areaStyle: {
        opacity: 1,
        color: {
          image: fillTile(part.known, colours(applianceColour(part.applianceId))),
          repeat: "repeat",
        },
      },
    }));
  const band = [
    { ...silent, stack: "band", data: points(view.minW), lineStyle: { width: 0 } },
    {
      ...silent,
      stack: "band",
      data: points(view.maxW.map((maxW, i) => maxW - (view.minW[i] ?? maxW))),
      lineStyle: { width: 0 },
      areaStyle: { color: colours("--total"), opacity: 0.13 },
    },
  ];
  const mean = {
    ...silent,
    data: points(view.meanW),
    lineStyle: { color: colours("--total"), width: 1.4 },
  };
  const truth = view.truth
    .filter((each) => only === undefined || each.applianceId === only)
    .map((each) => ({
      ...silent,
      data: points(each.powerW),
      lineStyle: { color: colours(applianceColour(each.applianceId)), width: 1.6, type: [5, 3] },
    }));
  const { unit, ticksMs } = zonedTicks(zone, visible.startMs, visible.endMs, mostTicks);
  const label = { color: colours("--muted"), fontSize: 12 };
  return {
    ...chartFrame(colours, "line"),
    dataZoom: [
      {
        type: "inside",
        filterMode: "none",
        zoomOnMouseWheel: "ctrl", // the wheel alone scrolls the page
        moveOnMouseMove: true,
        moveOnMouseWheel: false,
        preventDefaultMouseMove: false,
        throttle: 30,
        minValueSpan: SHOWN_MS_WITH_WHEEL,
        startValue: visible.startMs,
        endValue: visible.endMs,
      },
    ],
    xAxis: {
      type: "value",
      min: range.startMs,
      max: range.endMs,
      axisLine: { lineStyle: { color: colours("--line") } },
      axisTick: { show: false, customValues: ticksMs },
      splitLine: { show: false },
      axisLabel: {
        ...label,
        hideOverlap: true,
        customValues: ticksMs,
        formatter: (timeMs: number) => tickText(timeMs, unit, zone),
      },
    },
    yAxis: {
      type: "value",
      splitNumber: 4,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...label, formatter: (value: number) => formatPower(value) },
      splitLine: { lineStyle: { color: colours("--line") } },
    },
    series: only === undefined ? [...parts, ...band, mean, ...truth] : [...parts, ...truth],
  };
}

function tickText(timeMs: number, unit: TickUnit, zone: string): string {
  switch (unit) {
    case "minute": {
      const isMidnight = startOfDay(zone, dayOf(zone, timeMs)) === timeMs;
      return formatTime(timeMs, zone, isMidnight ? "shortDay" : "time");
    }
    case "day":
      return formatTime(timeMs, zone, "shortDay");
    case "month":
      return formatTime(timeMs, zone, "shortMonth");
  }
}
