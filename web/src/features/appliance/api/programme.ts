import type { EChartsCoreOption } from "echarts/core";
import { chartFrame, valueAxis } from "@/components/charts/frame";
import { timeStepMs } from "@/components/charts/scales";
import type { TypicalProgramme } from "@/gen/nilm/telemetry/v1/run_pb";
import { applianceColour } from "@/lib/building/appliances";
import { formatDuration, formatEnergy, formatPower } from "@/lib/format/quantities";
import { durationMs } from "@/lib/time/duration";

interface Looks {
  applianceId: string;
  colours: (variable: string) => string;
}

/** Returns the programme as ECharts takes it: the median as steps in the band of the quartiles. */
export function programmeOption(
  programme: TypicalProgramme,
  { applianceId, colours }: Looks,
): EChartsCoreOption {
  const periodMs = durationMs(programme.samplePeriod);
  const colour = colours(applianceColour(applianceId));
  // The last value is drawn to the end of its cell.
  const points = (values: readonly number[]) =>
    [...values, values.at(-1) ?? 0].map((value, cell) => [cell * periodMs, value]);
  const { lowerQuartileW, medianW, upperQuartileW } = programme;
  const line = {
    type: "line",
    step: "end",
    symbol: "none",
    silent: true,
    emphasis: { disabled: true },
  };
  return {
    ...chartFrame(colours, "line"),
    xAxis: {
      type: "value",
      min: 0,
      max: medianW.length * periodMs,
      axisLine: { lineStyle: { color: colours("--line") } },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        color: colours("--muted"),
        fontSize: 12,
        hideOverlap: true,
        customValues: ticks(medianW.length * periodMs),
        formatter: (ms: number) => formatDuration(ms),
      },
    },
    yAxis: valueAxis(colours, formatPower),
    series: [
      { ...line, stack: "band", data: points(lowerQuartileW), lineStyle: { width: 0 } },
      {
        ...line,
        stack: "band",
        data: points(upperQuartileW.map((upperW, cell) => upperW - (lowerQuartileW[cell] ?? 0))),
        lineStyle: { width: 0 },
        areaStyle: { color: colour, opacity: 0.28 },
      },
      { ...line, data: points(medianW), lineStyle: { color: colour, width: 2 } },
    ],
  };
}

const MOST_TICKS = 6;
const SHORT_MS = 120_000;

/** Returns round times since the start. */
function ticks(lengthMs: number): number[] {
  const stepMs = lengthMs <= SHORT_MS ? lengthMs / 4 : timeStepMs(lengthMs, MOST_TICKS);
  return Array.from({ length: Math.floor(lengthMs / stepMs) + 1 }, (_, index) => index * stepMs);
}

/** Returns the programme in one sentence. */
export function programmeSentence(programme: TypicalProgramme): string {
  const { runCount, medianDuration, medianEnergyKwh, medianW } = programme;
  const length = formatDuration(durationMs(medianDuration));
  return (
    `A typical run takes ${length} and uses ${formatEnergy(medianEnergyKwh)}, by the medians of ` +
    `${runCount} runs; its power reaches ${formatPower(Math.max(...medianW))}.`
  );
}
