import type { Source, SourceRows, Value } from "./source";
import { timeReader, type TimeReader } from "./times";

export type PowerUnit = "W" | "kW";

/** How a file's columns are to be read. */
export interface Mapping {
  timeColumn: string;
  powerColumn: string;
  unit: PowerUnit;
  /** IANA zone of times without an offset. */
  zone: string;
}

/** A row as it will be stored, or why not. */
export type Row =
  | { kind: "reading"; row: number; timeUs: number; powerW: number }
  | { kind: "missing"; row: number }
  | { kind: "unreadable"; row: number; message: string };

const MISSING = new Set(["", "nan", "null", "none", "na", "n/a"]);
const OUTAGE_COLUMN = "outage";
const SHOWN_CHARS = 40;
const TIME_NAMES = ["time", "timestamp", "datetime", "date_time", "date", "reading_time", "unix"];
const POWER_NAMES = ["power_w", "aggregate_w", "power", "aggregate", "watts", "w", "kw", "mains"];

/** Returns the mapping that the names of the columns suggest. */
export function suggestMapping(columns: readonly string[], zone: string): Mapping {
  const timeColumn = named(columns, TIME_NAMES) ?? columns[0] ?? "";
  const others = columns.filter((name) => name !== timeColumn);
  const powerColumn = named(others, POWER_NAMES) ?? others[0] ?? "";
  return { timeColumn, powerColumn, unit: /kw$/i.test(powerColumn) ? "kW" : "W", zone };
}

function named(columns: readonly string[], names: readonly string[]): string | undefined {
  const simple = (name: string) => name.toLowerCase().replaceAll(" ", "_");
  for (const name of names) {
    const found = columns.find((column) => simple(column) === name);
    if (found) return found;
  }
  return columns.find((column) => names.some((name) => simple(column).startsWith(name)));
}

/** Returns the columns of a file that a mapping needs. */
export function columnsOf(source: Source, mapping: Mapping): string[] {
  const outage = source.columns.includes(OUTAGE_COLUMN) ? [OUTAGE_COLUMN] : [];
  return [...new Set([mapping.timeColumn, mapping.powerColumn, ...outage])];
}

/** Reads rows by a mapping, exactly as a whole-file import of the server does. */
export function* readRows(
  rows: SourceRows,
  mapping: Mapping,
  toTime: TimeReader = timeReader(mapping.zone),
): Generator<Row> {
  const times = rows.columns[mapping.timeColumn];
  const powers = rows.columns[mapping.powerColumn];
  const outages = rows.columns[OUTAGE_COLUMN];
  const factor = mapping.unit === "kW" ? 1_000 : 1;
  for (let index = 0; index < rows.rowCount; index += 1) {
    const row = rows.firstRow + index;
    const powerW = powerOf(powers?.[index]) * factor;
    const timeUs = toTime(times?.[index]);
    if (outages?.[index] === true || isMissing(powers?.[index])) yield { kind: "missing", row };
    else if (timeUs === undefined || Number.isNaN(powerW)) {
      yield { kind: "unreadable", row, message: unreadable(times?.[index], powers?.[index]) };
    } else yield { kind: "reading", row, timeUs, powerW };
  }
}

function isMissing(value: Value): boolean {
  if (value === null || Number.isNaN(value)) return true;
  return typeof value === "string" && MISSING.has(value.toLowerCase());
}

function powerOf(value: Value): number {
  const isNumber =
    typeof value === "number" || typeof value === "bigint" || typeof value === "string";
  return isNumber ? Number(value) : Number.NaN;
}

function unreadable(time: Value, power: Value): string {
  const shown = `${shownValue(time)}, ${shownValue(power)}`.slice(0, SHOWN_CHARS);
  return `Cannot be read: “${shown}”. A time (ISO 8601 or Unix seconds) and a number are needed.`;
}

/** Returns a value as the file has it. */
export function shownValue(value: Value): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") {
    const text = new Date(value.us / 1_000).toISOString().replace(".000Z", "Z");
    return value.isLocal ? text.slice(0, -1) : text;
  }
  // A 32-bit number has seven digits; the others come of its being widened.
  const isSingle = typeof value === "number" && Math.fround(value) === value;
  return String(isSingle && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value);
}
