import { create } from "@bufbuild/protobuf";
import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { TariffForm } from "./TariffForm";
import { TariffSchema } from "@/gen/nilm/buildings/v1/tariff_pb";
import { TariffService, type UpdateTariffRequest } from "@/gen/nilm/buildings/v1/tariff_service_pb";
import { renderWith } from "@/testing/render";

describe("TariffForm", () => {
  it("takes the last rate of a tariff away", async () => {
    const sent: UpdateTariffRequest[] = [];
    const tariff = create(TariffSchema, {
      tariffId: "trf_1",
      displayName: "Economy",
      effectiveDate: "2024-04-01",
      currencyCode: "GBP",
      pricePerKwh: 0.31,
      rates: [{ startMinute: 0, endMinute: 420, pricePerKwh: 0.09 }],
    });
    renderWith(<TariffForm tariff={tariff} onDone={() => undefined} />, {
      routes: ({ service }) => {
        service(TariffService, {
          updateTariff: (request) => {
            sent.push(request);
            return {};
          },
        });
      },
    });
    await userEvent.click(screen.getByRole("button", { name: "Remove rate 1" }));
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => {
      expect(sent).toHaveLength(1);
    });
    expect(sent[0]).toMatchObject({ tariffId: "trf_1", rates: [], updateMask: { paths: ["*"] } });
  });
});
