import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import BuildingsPage from "./BuildingsPage";
import { BadRequestSchema } from "@/gen/google/rpc/error_details_pb";
import { AccessService } from "@/gen/nilm/auth/v1/access_service_pb";
import {
  BuildingService,
  type CreateBuildingRequest,
} from "@/gen/nilm/buildings/v1/building_service_pb";
import { Role } from "@/gen/nilm/buildings/v1/member_pb";
import { MeterKind } from "@/gen/nilm/buildings/v1/meter_pb";
import { DeviceService } from "@/gen/nilm/telemetry/v1/device_service_pb";
import { renderWith } from "@/testing/render";

const buildings = [
  { buildingId: "bld_a", displayName: "Harbour office", timeZone: "Europe/London" },
  { buildingId: "bld_b", displayName: "Old mill", timeZone: "Europe/London" },
];

function server(created: CreateBuildingRequest[] = []) {
  return ({ service }: ConnectRouter) => {
    service(BuildingService, {
      listBuildings: () => ({ buildings }),
      createBuilding: (request) => {
        created.push(request);
        const violation = { field: "display_name", description: "must be one line" };
        const detail = { desc: BadRequestSchema, value: { fieldViolations: [violation] } };
        throw new ConnectError("bad request", Code.InvalidArgument, undefined, [detail]);
      },
    });
    service(AccessService, {
      getBuildingAccess: ({ target }) => {
        const buildingId = String(target.value);
        const meters =
          buildingId === "bld_a" ? [{ meterId: "mtr_a", kind: MeterKind.MAINS, buildingId }] : [];
        return { buildingId, role: Role.WARDEN, meters };
      },
    });
    service(DeviceService, {
      listRealtimeReadings: () => ({
        readings: [
          { deviceId: "mtr_a", timestamp: timestampFromMs(Date.now()), energyWatts: 2_345 },
        ],
      }),
    });
  };
}

describe("BuildingsPage", () => {
  it("shows each building with its live total and the person's role", async () => {
    renderWith(<BuildingsPage />, { routes: server() });
    const card = await screen.findByRole("region", { name: "Harbour office" });
    expect(await within(card).findByText("2.35 kW")).toBeVisible();
    expect(within(card).getByText("Warden")).toBeVisible();
    expect(within(card).getByRole("link", { name: /^Energy/ })).toHaveAttribute(
      "href",
      "/buildings/bld_a/energy",
    );
    const other = screen.getByRole("region", { name: "Old mill" });
    expect(await within(other).findByText("No mains meter")).toBeVisible();
  });

  it("lands what is wrong on its field and repeats under the same id", async () => {
    const created: CreateBuildingRequest[] = [];
    renderWith(<BuildingsPage />, { routes: server(created) });
    await userEvent.click(await screen.findByRole("button", { name: "New building" }));
    const dialog = within(screen.getByRole("dialog", { name: "New building" }));
    await userEvent.type(dialog.getByLabelText("Address or note"), "Quay 4");
    await userEvent.click(dialog.getByRole("button", { name: "Make the building" }));
    expect(await dialog.findByText("Must be one line.")).toBeVisible();
    expect(dialog.getByLabelText("Name")).toHaveFocus();
    expect(dialog.getByLabelText("Address or note")).toHaveValue("Quay 4");
    await userEvent.click(dialog.getByRole("button", { name: "Make the building" }));
    expect(created).toHaveLength(2);
    expect(created[1]?.requestId).toBe(created[0]?.requestId);
  });
});
