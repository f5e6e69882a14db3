import { decimal, formatEnergy, formatPower, formatShare } from "@/lib/format/quantities";

/** A figure of a model, to show. */
export interface Metric {
  name: string;
  value: string;
}

/** What the known figures are called; others are shown by the name that they have. */
const NAMES: Readonly<Record<string, string>> = {
  f1: "F1 of on and off",
  mae: "Mean absolute error",
  always_off_mae: "Mean absolute error of saying always off",
  sae: "Error of the total energy",
  ece: "Calibration error",
  minutes: "Minutes scored",
  precision: "Precision",
  recall: "Recall",
};

const SHARES = new Set(["sae", "ece", "precision", "recall"]);
const VALIDATION = "validation_";

/** Returns a model's figures on data held apart, those of its validation last. */
export function metricsOf(metrics: Readonly<Record<string, number>>): Metric[] {
  const isOfValidation = (name: string) => name.startsWith(VALIDATION);
  return Object.entries(metrics)
    .sort(([a], [b]) => Number(isOfValidation(a)) - Number(isOfValidation(b)) || compare(a, b))
    .map(([name, value]) => ({ name: metricName(name), value: metricValue(name, value) }));
}

function compare(a: string, b: string): number {
  const order = Object.keys(NAMES);
  const rank = (name: string) => {
    const at = order.indexOf(bare(name));
    return at < 0 ? order.length : at;
  };
  return rank(a) - rank(b) || a.localeCompare(b);
}

function bare(name: string): string {
  return name.replace(VALIDATION, "").replace(/_(w|kwh)$/, "");
}

function metricName(name: string): string {
  const words = NAMES[bare(name)] ?? bare(name).replaceAll("_", " ");
  const shown = words.charAt(0).toUpperCase() + words.slice(1);
  return name.startsWith(VALIDATION) ? `${shown} (validation)` : shown;
}

function metricValue(name: string, value: number): string {
  if (name.endsWith("_kwh")) return formatEnergy(value);
  if (name.endsWith("_w")) return formatPower(value);
  if (SHARES.has(bare(name))) return formatShare(value, 1);
  return decimal(value, Number.isInteger(value) ? 0 : 3);
}
