import type { EChartsCoreOption } from "echarts/core";

type Colours = (variable: string) => string;

/** Returns what all charts on a canvas share: type, room, and a pointer without a window. */
export function chartFrame(colours: Colours, pointer: "shadow" | "line"): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: "Inter Variable, system-ui, sans-serif" },
    grid: { left: 4, right: 12, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      showContent: false,
      axisPointer: {
        type: pointer,
        shadowStyle: { color: colours("--line"), opacity: 0.5 },
        lineStyle: { color: colours("--muted"), type: [3, 3] },
      },
    },
  };
}

/** Returns the horizontal axis of bars. */
export function barAxis(colours: Colours, labels: readonly string[]) {
  return {
    type: "category",
    data: labels,
    axisLine: { lineStyle: { color: colours("--line") } },
    axisTick: { show: false },
    axisLabel: { color: colours("--muted"), fontSize: 12 },
    splitLine: { show: false },
  };
}

/** Returns the vertical axis of a quantity. */
export function valueAxis(colours: Colours, format: (value: number) => string) {
  return {
    type: "value",
    splitNumber: 4,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: colours("--muted"), fontSize: 12, formatter: format },
    splitLine: { lineStyle: { color: colours("--line") } },
  };
}
