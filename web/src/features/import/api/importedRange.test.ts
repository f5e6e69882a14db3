import { expect, it } from "vitest";
import { importedRange } from "./importedRange";

const DAY_MS = 86_400_000;
const END_MS = Date.UTC(2024, 5, 30, 23, 30); // 1 July in London

it.each([
  [END_MS - DAY_MS, "range=day&date=2024-07-01"],
  [END_MS - 40 * DAY_MS, "range=month&date=2024-07-01"],
  [undefined, ""],
])("leads to what was imported from %s on", (firstTimeMs, address) => {
  expect(importedRange(firstTimeMs, END_MS, "Europe/London")).toBe(address);
});
