/** Returns the IANA zones to choose from, by name, with those that must be among them. */
export function timeZones(...needed: readonly string[]): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return [...new Set([...known, "UTC", ...needed.filter(Boolean)])].sort();
}

/** Returns the zone of this browser. */
export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
