import { describe, expect, it } from "vitest";
import { firstChange } from "./livePicture";

const columns = (totalW: number[], kettleW: number[]) => ({
  totalW: Float64Array.from(totalW),
  partsW: [Float64Array.from(kettleW)],
});

describe("firstChange", () => {
  it("is the first column that came with time, where all others moved along", () => {
    const before = columns([1, 2, 3, 4], [0, 0, 2, 0]);
    expect(firstChange(before, columns([2, 3, 4, 5], [0, 2, 0, 0]), 1)).toBe(3);
  });

  it("is beyond the last one where nothing is new", () => {
    const same = columns([1, Number.NaN, 3], [0, 0, 0]);
    expect(firstChange(same, columns([1, Number.NaN, 3], [0, 0, 0]), 0)).toBe(3);
  });

  it("is where a part changed below the same total", () => {
    const before = columns([5, 5, 5], [0, 0, 0]);
    expect(firstChange(before, columns([5, 5, 5], [0, 2, 2]), 0)).toBe(1);
  });

  it("is the first of all where the picture moved by more than it is wide", () => {
    const before = columns([1, 2], [0, 0]);
    expect(firstChange(before, columns([1, 2], [0, 0]), 9)).toBe(0);
  });
});
