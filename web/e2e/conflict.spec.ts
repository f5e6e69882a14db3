import { createClient } from "@connectrpc/connect";
import type { Page } from "@playwright/test";
import { TariffService } from "../src/gen/nilm/buildings/v1/tariff_service_pb";
import { demoBuildingId, transportOf } from "./support/calls";
import { address, DEMO_EMAIL, expect, signIn, test } from "./support/fixtures";

/** Makes a tariff that holds on no day that is shown. */
async function makeTariff(displayName: string, effectiveDate: string): Promise<void> {
  const transport = await transportOf(DEMO_EMAIL, process.env.NILM_DEMO_PASSWORD);
  await createClient(TariffService, transport).createTariff({
    buildingId: await demoBuildingId(),
    displayName,
    effectiveDate,
    currencyCode: "GBP",
    pricePerKwh: 0.25,
  });
}

/** Opens the form of a tariff. */
async function editTariff(page: Page, displayName: string) {
  const buildingId = await signIn(page);
  await page.goto(address(`/buildings/${buildingId}/settings`));
  await page.getByRole("button", { name: `Edit the tariff ${displayName}` }).click();
  const dialog = page.getByRole("dialog", { name: "Edit the tariff" });
  await expect(dialog.getByLabel("Price a kWh")).toHaveValue("0.25");
  return dialog;
}

test("who saves second is shown what the first one changed, and loses nothing", async ({
  browser,
  page,
}) => {
  const name = "Old meter";
  await makeTariff(name, "2001-01-01");
  const late = await editTariff(page, name);
  const first = await (await browser.newContext()).newPage();
  const quick = await editTariff(first, name);

  await quick.getByLabel("Price a kWh").fill("0.31");
  await quick.getByRole("button", { name: "Save" }).click();
  await expect(quick).toHaveCount(0);
  await first.context().close();

  await late.getByLabel("Name").fill("Meter in the hall");
  await late.getByLabel("Standing charge a day").fill("0.45");
  await late.getByRole("button", { name: "Save" }).click();
  await expect(late.getByText("Somebody else changed this while you were at it.")).toBeVisible();
  await expect(late.getByText("Price a kWh now:")).toBeVisible();
  await expect(late.getByText("Name now:")).toHaveCount(0);
  await expect(late.getByLabel("Name")).toHaveValue("Meter in the hall");
  await expect(late.getByLabel("Standing charge a day")).toHaveValue("0.45");

  await late.getByRole("button", { name: "Save" }).click();
  await expect(late).toHaveCount(0);
  const tariffs = page.getByRole("list", { name: "Tariffs" });
  await expect(
    tariffs.getByRole("listitem").filter({ hasText: "Meter in the hall" }),
  ).toContainText("0.45 a day");
});

test("who saves second may take what the first one made", async ({ browser, page }) => {
  const name = "New meter";
  await makeTariff(name, "2002-01-01");
  const late = await editTariff(page, name);
  const first = await (await browser.newContext()).newPage();
  const quick = await editTariff(first, name);
  await quick.getByLabel("Price a kWh").fill("0.28");
  await quick.getByRole("button", { name: "Save" }).click();
  await expect(quick).toHaveCount(0);
  await first.context().close();

  await late.getByLabel("Price a kWh").fill("0.99");
  await late.getByRole("button", { name: "Save" }).click();
  await late.getByRole("button", { name: "Take theirs" }).click();
  await expect(late.getByLabel("Price a kWh")).toHaveValue("0.28");
  await late.getByRole("button", { name: "Save" }).click();
  await expect(late).toHaveCount(0);
});
