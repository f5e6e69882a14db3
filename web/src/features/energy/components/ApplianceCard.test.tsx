import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { useSummary } from "../hooks/useBars";
import { ApplianceCard } from "./ApplianceCard";
import {
  EnergySource,
  SummaryPeriod,
  SummaryService,
} from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { renderWith } from "@/testing/render";

function Asking() {
  return (
    <ApplianceCard summary={useSummary({ startMs: 0, endMs: 9 }, SummaryPeriod.UNSPECIFIED)} />
  );
}

function show(co2: { co2Kg?: number }) {
  renderWith(<Asking />, {
    routes: ({ service }) => {
      service(SummaryService, {
        getSummary: () => ({
          total: {
            energyKwh: 8,
            ...co2,
            appliances: [
              {
                applianceId: "kettle",
                source: EnergySource.ESTIMATED,
                energyKwh: 2,
                meanConfidence: 0.9,
                ...co2,
              },
              { applianceId: "", source: EnergySource.UNEXPLAINED, energyKwh: 6, ...co2 },
            ],
          },
        }),
      });
    },
  });
}

describe("ApplianceCard", () => {
  it("leads to each appliance, and not to what is unexplained", async () => {
    show({});
    const link = await screen.findByRole("link", { name: "Kettle" });
    expect(link).toHaveAttribute("href", "/buildings/bld_1/appliances/kettle");
    expect(screen.getAllByRole("link")).toHaveLength(1);
  });

  it("tells CO2 where an intensity is configured", async () => {
    show({ co2Kg: 1.5 });
    expect(await screen.findByRole("columnheader", { name: "CO₂" })).toBeInTheDocument();
    expect(screen.getAllByText("1.50 kg CO₂e")).toHaveLength(2);
  });

  it("has no column of CO2 where none is configured", async () => {
    show({});
    await screen.findByRole("table");
    expect(screen.queryByRole("columnheader", { name: "CO₂" })).not.toBeInTheDocument();
  });
});
