import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { DriftNote } from "./DriftNote";
import { DriftState } from "@/gen/nilm/inference/v1/model_drift_pb";
import { ModelService } from "@/gen/nilm/inference/v1/model_service_pb";
import { renderWith } from "@/testing/render";

function show(drift: { state: DriftState; message: string }, failure?: ConnectError) {
  renderWith(<DriftNote modelId="kettle_cnn" modelVersion="1.0.0" />, {
    routes: ({ service }: ConnectRouter) => {
      service(ModelService, {
        getModelDrift: ({ modelId, modelVersion }) => {
          if (failure) throw failure;
          expect([modelId, modelVersion]).toEqual(["kettle_cnn", "1.0.0"]);
          return {
            drift: {
              ...drift,
              weeks: [
                {
                  startTime: timestampFromMs(Date.UTC(2026, 0, 5)),
                  cellCount: 10_080n,
                  mainsPsi: 0.314,
                  onShare: 0.012,
                  meanOnPowerW: 2_100,
                },
              ],
            },
          };
        },
      });
    },
  });
}

describe("DriftNote", () => {
  it("says what to do where a model should be retrained", async () => {
    show({ state: DriftState.RETRAIN, message: "retrain: mains power has changed" });
    expect(await screen.findByText("Retrain")).toBeVisible();
    expect(screen.getByRole("status")).toHaveTextContent("retrain: mains power has changed");
    await userEvent.click(screen.getByText("Week by week"));
    const table = screen.getByRole<HTMLTableElement>("table");
    expect(table.rows[1]).toHaveTextContent(/2026.*0\.31––1\.2%2\.10 kW10,080/);
  });

  it("warns of nothing while a model is steady", async () => {
    show({ state: DriftState.STEADY, message: "steady: an index of 0.05" });
    expect(await screen.findByText("Steady")).toBeVisible();
    expect(screen.getByText("steady: an index of 0.05")).toBeVisible();
    expect(screen.queryByRole("status")).not.toBeInTheDocument();
  });

  it("says why it is not known", async () => {
    show(
      { state: DriftState.UNKNOWN, message: "" },
      new ConnectError("Redis is away", Code.Unavailable),
    );
    expect(await screen.findByRole("status")).toHaveTextContent(/Drift:/);
  });
});
