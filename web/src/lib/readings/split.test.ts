import { describe, expect, it } from "vitest";
import { splitTotal } from "./split";

describe("splitTotal", () => {
  it("leaves what nobody explains", () => {
    expect(splitTotal(500, [200, 100])).toEqual({ parts: [200, 100], unexplained: 200 });
  });

  it("never exceeds the total", () => {
    const { parts, unexplained } = splitTotal(300, [400, 200]);
    expect(parts).toEqual([200, 100]);
    expect(unexplained).toBe(0);
  });

  it("counts what is not known as nothing", () => {
    expect(splitTotal(100, [Number.NaN])).toEqual({ parts: [0], unexplained: 100 });
  });

  it("gives nothing of a building that feeds in", () => {
    expect(splitTotal(-500, [100])).toEqual({ parts: [0], unexplained: 0 });
  });
});
