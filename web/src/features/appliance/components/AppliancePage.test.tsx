import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { describe, expect, it } from "vitest";
import AppliancePage from "./AppliancePage";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import { MeterKind, MeterSchema } from "@/gen/nilm/buildings/v1/meter_pb";
import { ModelState, TrainingData } from "@/gen/nilm/inference/v1/model_pb";
import { ModelService } from "@/gen/nilm/inference/v1/model_service_pb";
import { PredictionService } from "@/gen/nilm/telemetry/v1/prediction_service_pb";
import {
  type GetTypicalProgrammeResponse,
  type ListApplianceRunsRequest,
  RunOrder,
  RunService,
} from "@/gen/nilm/telemetry/v1/run_service_pb";
import { EnergySource, SummaryService } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { BuildingContext } from "@/lib/building/context";
import { renderWith, testBuilding } from "@/testing/render";

const PATH = "/buildings/bld_1/appliances/kettle?days=30";
const MODEL = {
  modelId: "kettle_cnn",
  modelVersion: "1.0.0",
  applianceId: "kettle",
  metrics: { f1: 0.87, validation_f1: 0.89 },
  trainingData: TrainingData.REAL,
  state: ModelState.READY,
  onThresholdW: 500,
};

/** A server that knows of so many runs of the kettle. */
class Server {
  runs = 30;
  coverage = 1;
  isDown = false;
  models = [MODEL];
  version = "1.0.0";
  programme: Partial<GetTypicalProgrammeResponse> = {};
  readonly asked: ListApplianceRunsRequest[] = [];

  readonly routes = ({ service }: ConnectRouter) => {
    service(RunService, {
      listApplianceRuns: (request) => {
        if (this.isDown) throw new ConnectError("telemetry is away", Code.Unavailable);
        this.asked.push(request);
        const first = Number(request.pageToken || 0);
        const last = Math.min(this.runs, first + request.pageSize);
        return {
          runs: Array.from({ length: last - first }, (_, index) => ({
            applianceId: "kettle",
            startTime: timestampFromMs(Date.UTC(2024, 0, 31 - ((first + index) % 31), 7)),
            endTime: timestampFromMs(Date.UTC(2024, 0, 31 - ((first + index) % 31), 7, 4)),
            energyKwh: 0.1,
            peakW: 2_000,
            meanConfidence: 0.93,
            energyCost: 0.03,
            currencyCode: "GBP",
            source: EnergySource.ESTIMATED,
            endIsCut: first + index === 0,
          })),
          nextPageToken: last < this.runs ? String(last) : "",
          runCount: this.runs,
          coverage: this.coverage,
          bridgedPause: { seconds: 120n },
        };
      },
      getTypicalProgramme: () => this.programme,
    });
    service(SummaryService, {
      getSummary: ({ period, startTime }) => {
        const total = {
          ...(startTime ? { startTime } : {}),
          energyKwh: 40,
          coverage: 1,
          co2Kg: 6,
          appliances: [
            {
              applianceId: "kettle",
              source: EnergySource.ESTIMATED,
              energyKwh: 4,
              energyCost: 1.2,
              currencyCode: "GBP",
              co2Kg: 0.6,
            },
          ],
        };
        return { total, periods: period ? [total] : [] };
      },
    });
    service(PredictionService, {
      queryPredictions: () => ({
        series: this.version ? [{ applianceId: "kettle", modelVersion: this.version }] : [],
      }),
    });
    service(ModelService, {
      listModels: () => ({ models: this.models }),
      getModel: () => ({
        model: MODEL,
        cardMarkdown:
          "## Data\n- REFIT House 2. Licence CC BY 4.0.\n## Limits\n- Not for billing.\n",
      }),
    });
  };
}

const page = (
  <Routes>
    <Route path="/buildings/:buildingId/appliances/:applianceId" element={<AppliancePage />} />
    <Route path="*" element={<p>elsewhere</p>} />
  </Routes>
);

function open(server: Server, permissions: readonly Permission[] = []) {
  return renderWith(page, { routes: server.routes, path: PATH, permissions });
}

describe("AppliancePage", () => {
  it("shows runs with cost and sureness, and more of them on demand", async () => {
    const server = new Server();
    open(server);
    const table = await screen.findByRole<HTMLTableElement>("table", { name: "Runs" });
    expect(table.rows).toHaveLength(26);
    const first = table.rows[1];
    expect(first).toHaveTextContent("4 min0.10 kWh£0.032.00 kW93%");
    expect(first).toHaveTextContent("may go on");
    expect(screen.getByTestId("run-count")).toHaveTextContent("30 runs; pauses of up to 2 min");
    await userEvent.click(screen.getByRole("button", { name: "Show more runs" }));
    await waitFor(() => {
      expect(table.rows).toHaveLength(31);
    });
    expect(screen.queryByRole("button", { name: "Show more runs" })).not.toBeInTheDocument();
  });

  it("asks for another order, from the first page on", async () => {
    const server = new Server();
    open(server);
    await userEvent.click(await screen.findByRole("radio", { name: "Most energy" }));
    await screen.findByRole("table", { name: "Runs" });
    expect(server.asked.at(-1)).toMatchObject({ order: RunOrder.MOST_ENERGY, pageToken: "" });
  });

  it("sums up energy, cost, share and CO2", async () => {
    open(new Server());
    expect(await screen.findByText("Energy in 30 days")).toBeInTheDocument();
    expect(screen.getByText("4.00 kWh")).toBeInTheDocument();
    expect(screen.getByText("£1.20")).toBeInTheDocument();
    expect(screen.getByText("10%")).toBeInTheDocument();
    expect(screen.getByText("600 g CO₂e")).toBeInTheDocument();
  });

  it("tells which model found it, its accuracy, its data and its limits", async () => {
    open(new Server());
    const card = await screen.findByRole("region", { name: "How it is known" });
    expect(await within(card).findByText("kettle_cnn")).toBeInTheDocument();
    expect(within(card).getByText("Real data")).toBeInTheDocument();
    expect(within(card).getByText("0.870")).toBeInTheDocument();
    expect(within(card).queryByText("0.890")).not.toBeInTheDocument();
    expect(await within(card).findByText("Not for billing.")).toBeInTheDocument();
    expect(within(card).getByText("REFIT House 2. Licence CC BY 4.0.")).toBeInTheDocument();
  });

  it("warns of synthetic data and of estimates of another version", async () => {
    const server = new Server();
    server.models = [{ ...MODEL, trainingData: TrainingData.SYNTHETIC }];
    server.version = "0.9.0";
    open(server);
    expect(await screen.findByText("trained on simulation")).toBeInTheDocument();
    expect(screen.getByText(/newest estimates are of version 0\.9\.0/)).toBeInTheDocument();
  });

  it("says that no model finds it", async () => {
    const server = new Server();
    server.models = [];
    server.version = "";
    open(server);
    expect(await screen.findByText("No model finds it")).toBeInTheDocument();
  });

  it("says that a meter of its own measures it", async () => {
    const building = testBuilding();
    const meter = create(MeterSchema, {
      meterId: "mtr_kettle",
      displayName: "Plug in the kitchen",
      kind: MeterKind.APPLIANCE,
      applianceId: "kettle",
    });
    const server = new Server();
    renderWith(
      <BuildingContext value={{ ...building, meters: [...building.meters, meter] }}>
        {page}
      </BuildingContext>,
      { routes: server.routes, path: PATH },
    );
    expect(await screen.findByText("Plug in the kitchen")).toBeInTheDocument();
    expect(screen.queryByText("kettle_cnn")).not.toBeInTheDocument();
  });

  it("tells what part of the time is known", async () => {
    const server = new Server();
    server.coverage = 0.4;
    open(server);
    expect(await screen.findByText(/Only 40% of this time/)).toBeInTheDocument();
  });

  it.each([
    [0, "Nothing is known of it in this time"],
    [0.8, "It did not run in this time"],
  ])("leads on where there are no runs and %d is covered", async (coverage, title) => {
    const server = new Server();
    Object.assign(server, { runs: 0, coverage });
    open(server);
    expect(await screen.findByText(title)).toBeInTheDocument();
    expect(await screen.findByText("Too few runs for a typical one")).toBeInTheDocument();
  });

  it.each([
    [1, [Permission.READINGS_WRITE]],
    [0, []],
  ])("offers an import (%d link) to who may make one", async (count, permissions) => {
    const server = new Server();
    Object.assign(server, { runs: 0, coverage: 0 });
    open(server, permissions);
    expect(await screen.findByText("Nothing is known of it in this time")).toBeInTheDocument();
    expect(screen.queryAllByRole("link", { name: "Import readings" })).toHaveLength(count);
  });

  it("tries again after a failure", async () => {
    const server = new Server();
    server.isDown = true;
    open(server);
    const card = await screen.findByRole("region", { name: "Runs" });
    const again = await within(card).findByRole("button", { name: "Try again" });
    server.isDown = false;
    await userEvent.click(again);
    expect(await screen.findByRole("table", { name: "Runs" })).toBeInTheDocument();
  });

  it("shows the typical run as a chart with a sentence, and as a table", async () => {
    const server = new Server();
    server.programme = {
      programme: {
        $typeName: "nilm.telemetry.v1.TypicalProgramme",
        samplePeriod: { $typeName: "google.protobuf.Duration", seconds: 60n, nanos: 0 },
        lowerQuartileW: [1_900, 10],
        medianW: [2_000, 40],
        upperQuartileW: [2_100, 90],
        runCount: 30,
        medianDuration: { $typeName: "google.protobuf.Duration", seconds: 120n, nanos: 0 },
        medianEnergyKwh: 0.1,
      },
    };
    open(server);
    const card = await screen.findByRole("region", { name: "Typical run" });
    expect(await within(card).findByRole("img")).toHaveAccessibleName(/takes 2 min/);
    await userEvent.click(within(card).getByRole("button", { name: "Table" }));
    const table = within(card).getByRole("table", { name: "Power of a typical run" });
    expect(within(table).getAllByRole("row")).toHaveLength(3);
  });

  it("shows the months as bars and as a table", async () => {
    open(new Server());
    const card = await screen.findByRole("region", { name: "By month" });
    expect(await within(card).findByRole("img")).toHaveAccessibleName(/4\.00 kWh in twelve months/);
    await userEvent.click(within(card).getByRole("radio", { name: "Cost" }));
    await userEvent.click(within(card).getByRole("button", { name: "Table" }));
    expect(within(card).getByRole("table", { name: "Use by month" })).toHaveTextContent("£1.20");
  });
});
