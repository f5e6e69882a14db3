import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { fileName, seriesKey } from "./export";
import { rangeOf } from "./range";
import { MeterSchema } from "@/gen/nilm/buildings/v1/meter_pb";

describe("what is exported", () => {
  it("is told apart, though a meter has the name of an appliance", () => {
    const meter = create(MeterSchema, { meterId: "kettle" });
    expect(seriesKey({ kind: "meter", meter })).not.toBe(
      seriesKey({ kind: "estimate", applianceId: "kettle" }),
    );
  });

  it("is named by building, series and days", () => {
    expect(fileName("Home", "Mains", rangeOf("day", "2024-06-01"))).toBe("Home Mains 2024-06-01");
    expect(fileName("Home", "Mains", rangeOf("month", "2024-06-09"))).toBe(
      "Home Mains 2024-06-01 2024-06-30",
    );
  });
});
