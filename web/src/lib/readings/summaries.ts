import type { EnergySummary } from "@/gen/nilm/telemetry/v1/summary_service_pb";

/** An amount of money. */
export interface Amount {
  amount: number;
  currencyCode: string;
}

/** Returns what a span cost, standing charges included; undefined without one tariff currency. */
export function costOf(summary: EnergySummary): Amount | undefined {
  const [cost, ...others] = summary.costs;
  if (!cost || others.length > 0) return undefined;
  return { amount: cost.energyCost + cost.standingCharge, currencyCode: cost.currencyCode };
}

/** Returns by what part a value is above another; undefined where that is nothing. */
export function changeOf(value: number, before: number): number | undefined {
  return before > 0 ? value / before - 1 : undefined;
}
