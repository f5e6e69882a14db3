import { create } from "@bufbuild/protobuf";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { BuildingForm, type BuildingValues } from "./BuildingForm";
import { BuildingSchema } from "@/gen/nilm/buildings/v1/building_pb";
import { renderWith } from "@/testing/render";

const LABEL = "Carbon intensity, g CO₂e per kWh";

/** Saves a building with what is typed as its carbon intensity. */
async function save(typed: string): Promise<BuildingValues | undefined> {
  let saved: BuildingValues | undefined;
  const building = create(BuildingSchema, {
    displayName: "Home",
    timeZone: "Europe/London",
    carbonIntensityGPerKwh: 0,
  });
  renderWith(
    <BuildingForm
      building={building}
      call={{ error: null, isPending: false, failureCount: 0 }}
      submitLabel="Save"
      onSubmit={(values) => {
        saved = values;
      }}
    />,
  );
  const field = screen.getByLabelText(LABEL);
  expect(field).toHaveValue("0");
  await userEvent.clear(field);
  if (typed) await userEvent.type(field, typed);
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  return saved;
}

describe("BuildingForm", () => {
  it("takes a carbon intensity with a point or a comma", async () => {
    expect((await save("162,5"))?.carbonIntensityGPerKwh).toBe(162.5);
  });

  it("tells an empty intensity from 0", async () => {
    expect((await save(""))?.carbonIntensityGPerKwh).toBeUndefined();
  });
});
