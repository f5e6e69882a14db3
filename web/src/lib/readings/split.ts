/**
 * Returns what each part takes of a total, W or kWh, and what is left of it.
 *
 * Estimates are means of a minute and may stand above the mains of a second: the parts are then
 * scaled so that they sum to the total. Values that are not known count as nothing.
 */
export function splitTotal(
  total: number,
  values: readonly number[],
): { parts: number[]; unexplained: number } {
  const known = values.map((value) => (Number.isNaN(value) ? 0 : Math.max(0, value)));
  const sum = known.reduce((before, value) => before + value, 0);
  const room = Math.max(0, total);
  const scale = sum > room ? room / sum : 1;
  return {
    parts: known.map((value) => value * scale),
    unexplained: Math.max(0, total - sum * scale),
  };
}
