import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { TariffsCard } from "./TariffsCard";
import { ErrorInfoSchema } from "@/gen/google/rpc/error_details_pb";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import { TariffSchema } from "@/gen/nilm/buildings/v1/tariff_pb";
import { TariffService } from "@/gen/nilm/buildings/v1/tariff_service_pb";
import { renderWith } from "@/testing/render";

/** A server with one tariff, which refuses a change of a state that is gone. */
class Server {
  tariff = create(TariffSchema, {
    tariffId: "trf_1",
    displayName: "Flat",
    effectiveDate: "2024-04-01",
    currencyCode: "GBP",
    pricePerKwh: 0.25,
    etag: "1",
  });
  /** Whether the answer to the next change is lost, so that it is sent once more. */
  losesAnswer = false;

  change({
    displayName = this.tariff.displayName,
    pricePerKwh = this.tariff.pricePerKwh,
  }: {
    displayName?: string | undefined;
    pricePerKwh?: number | undefined;
  }) {
    const etag = `${Number(this.tariff.etag) + 1}`;
    this.tariff = { ...this.tariff, displayName, pricePerKwh, etag };
  }

  readonly routes = ({ service }: ConnectRouter) => {
    service(TariffService, {
      listTariffs: () => ({ tariffs: [this.tariff] }),
      getTariff: () => ({ tariff: this.tariff }),
      updateTariff: ({ displayName, pricePerKwh, etag }) => {
        if (this.losesAnswer) this.change({ displayName, pricePerKwh });
        if (etag !== this.tariff.etag) {
          const info = { desc: ErrorInfoSchema, value: { reason: "ETAG_MISMATCH" } };
          throw new ConnectError("it was changed", Code.Aborted, undefined, [info]);
        }
        this.change({ displayName, pricePerKwh });
        return { tariff: this.tariff };
      },
    });
  };
}

/** Opens the form of the tariff and types a price into it. */
async function typePrice(server: Server) {
  renderWith(<TariffsCard />, {
    routes: server.routes,
    permissions: [Permission.BUILDING_MANAGE],
  });
  await userEvent.click(await screen.findByRole("button", { name: "Edit the tariff Flat" }));
  const dialog = within(screen.getByRole("dialog"));
  const price = dialog.getByLabelText("Price a kWh");
  await userEvent.clear(price);
  await userEvent.type(price, "0.31");
  return dialog;
}

async function untilClosed() {
  await waitFor(() => {
    expect(screen.queryByRole("dialog")).toBeNull();
  });
}

describe("a tariff that somebody else changes meanwhile", () => {
  it("is told as it is now, keeps what was typed, and is overwritten only then", async () => {
    const server = new Server();
    const dialog = await typePrice(server);
    server.change({ pricePerKwh: 0.28 });
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    const notice = await dialog.findByRole("alert");
    expect(notice).toHaveTextContent("Somebody else changed this");
    expect(notice).toHaveTextContent("Price a kWh now: £0.28 (was £0.25)");
    expect(notice).not.toHaveTextContent("Name now");
    expect(dialog.getByLabelText("Price a kWh")).toHaveValue("0.31");
    expect(server.tariff.pricePerKwh).toBe(0.28);
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    await untilClosed();
    expect(server.tariff.pricePerKwh).toBe(0.31);
  });

  it("is taken over as they left it", async () => {
    const server = new Server();
    const dialog = await typePrice(server);
    server.change({ displayName: "Theirs", pricePerKwh: 0.28 });
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    await userEvent.click(await dialog.findByRole("button", { name: "Take theirs" }));
    expect(dialog.getByLabelText("Name")).toHaveValue("Theirs");
    expect(dialog.getByLabelText("Price a kWh")).toHaveValue("0.28");
    expect(dialog.queryByRole("alert")).toBeNull();
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    await untilClosed();
    expect(server.tariff.displayName).toBe("Theirs");
  });

  it("is no conflict where it was this change whose answer was lost", async () => {
    const server = new Server();
    const dialog = await typePrice(server);
    server.losesAnswer = true;
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    await untilClosed();
    expect(server.tariff.pricePerKwh).toBe(0.31);
  });
});
