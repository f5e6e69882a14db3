import type { Appliance } from "@/gen/nilm/buildings/v1/appliance_pb";

/** Returns the name to show of an appliance, readable even where it is not registered. */
export function applianceName(applianceId: string, appliances: readonly Appliance[]): string {
  if (!applianceId) return "Unexplained";
  const known = appliances.find((each) => each.applianceId === applianceId);
  if (known?.displayName) return known.displayName;
  const words = applianceId.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const SERIES_COUNT = 8;
const FIRST_COLOURS: Readonly<Record<string, number>> = {
  kettle: 2,
  washing_machine: 1,
  dishwasher: 3,
  fridge: 4,
  microwave: 5,
};

/**
 * Returns the CSS variable of an appliance's colour, the same on every screen.
 *
 * Common appliances have colours of their own; the others get theirs by their name.
 */
export function applianceColour(applianceId: string): string {
  if (!applianceId) return "--unexplained";
  const known = FIRST_COLOURS[applianceId];
  if (known) return `--series-${known}`;
  let hash = 0;
  for (const letter of applianceId) hash = (hash * 31 + letter.charCodeAt(0)) % 9_973;
  return `--series-${(hash % SERIES_COUNT) + 1}`;
}
