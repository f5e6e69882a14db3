import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { EChartsCoreOption } from "echarts/core";
import { fillTile, type Known } from "@/components/charts/fills";
import { barAxis, chartFrame, valueAxis } from "@/components/charts/frame";
import { EnergySource, type EnergySummary } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { applianceColour } from "@/lib/building/appliances";

/** What an appliance used over one span of time. */
export interface Usage {
  startMs: number;
  measuredKwh: number;
  estimatedKwh: number;
  /** Undefined where no tariff held, or several currencies did. */
  cost: number | undefined;
  currencyCode: string;
  co2Kg: number | undefined;
  /** Part of the span that the readings of the building cover, 0 to 1. */
  coverage: number;
}

/** Returns what one appliance used over a span that was summed up. */
export function usageOf(summary: EnergySummary, applianceId: string): Usage {
  const own = summary.appliances.filter((each) => each.applianceId === applianceId);
  const energyOf = (source: EnergySource) =>
    own.filter((each) => each.source === source).reduce((sum, { energyKwh }) => sum + energyKwh, 0);
  const currencies = new Set(own.map((each) => each.currencyCode));
  const [currencyCode = ""] = currencies;
  return {
    startMs: summary.startTime ? timestampMs(summary.startTime) : 0,
    measuredKwh: energyOf(EnergySource.MEASURED),
    estimatedKwh: energyOf(EnergySource.ESTIMATED),
    cost:
      currencies.size === 1 && currencyCode
        ? own.reduce((sum, { energyCost = 0 }) => sum + energyCost, 0)
        : undefined,
    currencyCode,
    co2Kg:
      summary.co2Kg === undefined ? undefined : own.reduce((sum, { co2Kg = 0 }) => sum + co2Kg, 0),
    coverage: summary.coverage,
  };
}

/** Returns the energy of a usage, kWh. */
export function energyOf(use: Usage): number {
  return use.measuredKwh + use.estimatedKwh;
}

interface Looks {
  applianceId: string;
  colours: (variable: string) => string;
  labels: readonly string[];
}

/** Returns the energy by month as ECharts takes it, measured and estimated stacked. */
export function energyTrendOption(
  uses: readonly Usage[],
  format: (value: number) => string,
  { applianceId, colours, labels }: Looks,
): EChartsCoreOption {
  const series = (known: Known, data: readonly number[]) => ({
    ...bar(data),
    itemStyle: {
      color: { image: fillTile(known, colours(applianceColour(applianceId))), repeat: "repeat" },
    },
  });
  return {
    ...chartFrame(colours, "shadow"),
    xAxis: barAxis(colours, labels),
    yAxis: valueAxis(colours, format),
    series: [
      series(
        "measured",
        uses.map((use) => use.measuredKwh),
      ),
      series(
        "estimated",
        uses.map((use) => use.estimatedKwh),
      ),
    ],
  };
}

/** Returns an amount by month as ECharts takes it. */
export function amountTrendOption(
  amounts: readonly number[],
  format: (value: number) => string,
  { applianceId, colours, labels }: Looks,
): EChartsCoreOption {
  return {
    ...chartFrame(colours, "shadow"),
    xAxis: barAxis(colours, labels),
    yAxis: valueAxis(colours, format),
    series: [{ ...bar(amounts), itemStyle: { color: colours(applianceColour(applianceId)) } }],
  };
}

function bar(data: readonly number[]) {
  return {
    type: "bar",
    stack: "months",
    barMaxWidth: 44,
    barCategoryGap: "28%",
    data,
    emphasis: { disabled: true },
  };
}
