import { describe, expect, it } from "vitest";
import { metricsOf } from "./metrics";

describe("metricsOf", () => {
  it("names the figures with their units, those of the validation last", () => {
    expect(
      metricsOf({
        validation_f1: 0.9032,
        mae_w: 15.2,
        f1: 0.9193,
        sae: 0.073,
        drift: 1.5,
        minutes: 60,
      }),
    ).toEqual([
      { name: "F1 of on and off", value: "0.919" },
      { name: "Mean absolute error", value: "15 W" },
      { name: "Error of the total energy", value: "7.3%" },
      { name: "Minutes scored", value: "60" },
      { name: "Drift", value: "1.500" },
      { name: "F1 of on and off (validation)", value: "0.903" },
    ]);
  });
});
