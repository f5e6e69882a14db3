import type { ConnectRouter } from "@connectrpc/connect";
import { screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { Legend } from "@/features/energy/components/Legend";
import { stateOf } from "@/features/now/api/onNow";
import { estimatedAppliance } from "@/features/now/api/split";
import { OnNow } from "@/features/now/components/OnNow";
import { SplitList } from "@/features/now/components/SplitList";
import { ModelState, TrainingData } from "@/gen/nilm/inference/v1/model_pb";
import { ModelService } from "@/gen/nilm/inference/v1/model_service_pb";
import { renderWith } from "@/testing/render";

const MARK = "trained on simulation";
const CELLS = [{ startMs: 0, endMs: 60_000, powerW: 90, confidence: 0.9 }];
const { READY, INACTIVE } = ModelState;
const { REAL, SYNTHETIC } = TrainingData;

function routes({ service }: ConnectRouter) {
  service(ModelService, {
    listModels: () => ({
      models: [
        { applianceId: "fridge", state: READY, trainingData: SYNTHETIC },
        { applianceId: "kettle", state: READY, trainingData: REAL },
        { applianceId: "freezer", state: INACTIVE, trainingData: SYNTHETIC },
      ],
    }),
  });
}

/** Each is given a fridge, a kettle and a freezer. */
const IDS = ["kettle", "fridge", "freezer"];

describe("an estimate of a model that was trained on simulation", () => {
  it("is marked in the legend, and not where it is measured", async () => {
    const parts = IDS.map((applianceId) => ({ applianceId, known: "estimated" as const }));
    renderWith(
      <Legend
        parts={[{ applianceId: "fridge", known: "measured" }, ...parts]}
        only={undefined}
        onOnly={vi.fn()}
      />,
      { routes },
    );
    const mark = await screen.findByText(MARK);
    expect(mark.closest("button")).toHaveTextContent("Fridgeestimated");
  });

  it("is marked where the present power is split", async () => {
    const appliances = IDS.map((id) => estimatedAppliance(id, CELLS));
    renderWith(<SplitList totalW={300} asOfMs={30_000} appliances={appliances} />, { routes });
    const mark = await screen.findByText(MARK);
    expect(mark.closest("li")).toHaveTextContent("Fridge, estimated");
  });

  it("is marked where it is told what is on", async () => {
    const states = IDS.map((id) => stateOf(id, CELLS)).filter((each) => each !== undefined);
    renderWith(<OnNow states={states} />, { routes });
    const mark = await screen.findByText(MARK);
    expect(mark.closest("li")).toHaveTextContent(/^Fridge/);
  });
});
