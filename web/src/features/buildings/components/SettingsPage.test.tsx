import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createRouterTransport, type ConnectRouter } from "@connectrpc/connect";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import SettingsPage from "./SettingsPage";
import { BadRequestSchema } from "@/gen/google/rpc/error_details_pb";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import { UserSchema } from "@/gen/nilm/auth/v1/user_pb";
import { Role } from "@/gen/nilm/buildings/v1/member_pb";
import { MemberService } from "@/gen/nilm/buildings/v1/member_service_pb";
import { MeterService } from "@/gen/nilm/buildings/v1/meter_service_pb";
import { TariffService } from "@/gen/nilm/buildings/v1/tariff_service_pb";
import { ReadingService } from "@/gen/nilm/telemetry/v1/reading_service_pb";
import { SessionContext } from "@/lib/session/context";
import { Session } from "@/lib/session/session";
import { renderWith } from "@/testing/render";

const VIEWER = [Permission.BUILDING_READ, Permission.READINGS_READ];
const MANAGER = [
  ...VIEWER,
  Permission.READINGS_WRITE,
  Permission.BUILDING_MANAGE,
  Permission.MEMBERS_MANAGE,
];

const tariff = {
  tariffId: "trf_1",
  displayName: "Flat",
  effectiveDate: "2024-04-01",
  currencyCode: "GBP",
  pricePerKwh: 0.2467,
  standingChargePerDay: 0.5,
};

class Server {
  readonly calls: string[] = [];

  readonly routes = ({ service }: ConnectRouter) => {
    service(ReadingService, { getLatest: () => ({ latest: [] }) });
    service(MeterService, {
      deleteMeter: ({ meterId }) => {
        this.calls.push(`delete ${meterId}`);
        return {};
      },
    });
    service(MemberService, {
      listMembers: () => ({
        members: [
          { userId: "usr_1", displayName: "Ann", email: "ann@home.local", role: Role.MANAGER },
        ],
      }),
    });
    service(TariffService, {
      listTariffs: () => ({ tariffs: [tariff] }),
      createTariff: ({ pricePerKwh, rates }) => {
        this.calls.push(`create ${pricePerKwh} ${rates.map((rate) => rate.weekdays).join()}`);
        const violation = { field: "rates[0].price_per_kwh", description: "must be a number" };
        const detail = { desc: BadRequestSchema, value: { fieldViolations: [violation] } };
        throw new ConnectError("bad request", Code.InvalidArgument, undefined, [detail]);
      },
    });
  };
}

function show(permissions: readonly Permission[]) {
  const server = new Server();
  const session = new Session(createRouterTransport(() => undefined));
  session.update(create(UserSchema, { userId: "usr_1", displayName: "Ann" }));
  renderWith(
    <SessionContext value={session}>
      <SettingsPage />
    </SessionContext>,
    { routes: server.routes, permissions },
  );
  return server;
}

describe("SettingsPage", () => {
  it("shows a viewer the tariff and no control to change anything", async () => {
    show(VIEWER);
    expect(await screen.findByText(/£0\.2467 a kWh/)).toBeVisible();
    expect(screen.getByText("Holds today")).toBeVisible();
    expect(screen.queryAllByRole("button")).toEqual([]);
    expect(screen.queryByRole("link", { name: "Import readings" })).toBeNull();
    expect(screen.queryByRole("region", { name: "Members" })).toBeNull();
  });

  it("asks before a meter is deleted", async () => {
    const server = show(MANAGER);
    const trigger = screen.getByRole("button", { name: "Delete the meter Mains" });
    await userEvent.click(trigger);
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    expect(server.calls).toEqual([]);
    expect(trigger).toHaveFocus();
    await userEvent.click(trigger);
    const dialog = within(screen.getByRole("dialog", { name: "Delete the meter “Mains”?" }));
    await userEvent.click(dialog.getByRole("button", { name: "Delete the meter" }));
    await waitFor(() => {
      expect(screen.queryByRole("dialog")).toBeNull();
    });
    expect(server.calls).toEqual(["delete mtr_mains"]);
  });

  it("sends time-of-use rates and lands what is wrong on the rate's field", async () => {
    const server = show(MANAGER);
    await userEvent.click(await screen.findByRole("button", { name: "New tariff" }));
    const dialog = within(screen.getByRole("dialog", { name: "New tariff" }));
    await userEvent.type(dialog.getByLabelText("Price a kWh"), "0,3");
    await userEvent.click(dialog.getByRole("button", { name: "Add a rate" }));
    const rate = within(dialog.getByRole("group", { name: "Rate 1" }));
    await userEvent.click(rate.getByRole("button", { name: "Sat" }));
    await userEvent.click(dialog.getByRole("button", { name: "Add the tariff" }));
    expect(await rate.findByText("Must be a number.")).toBeVisible();
    expect(rate.getByLabelText("Price a kWh")).toHaveFocus();
    expect(server.calls).toEqual(["create 0.3 6"]);
  });

  it("tells members apart from the person who looks", async () => {
    show(MANAGER);
    const members = within(await screen.findByRole("list", { name: "Members" }));
    expect(members.getByText("You")).toBeVisible();
    expect(members.getByText("Manager")).toBeVisible();
  });
});
