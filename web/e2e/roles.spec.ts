import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { TariffService } from "../src/gen/nilm/buildings/v1/tariff_service_pb";
import { transportOf } from "./support/calls";
import { address, expect, signIn, signUp, test } from "./support/fixtures";

const VIEWER = "vera@home.local";
const PASSWORD = "a long enough password";

test("a viewer sees the tariff and cannot change it, by the screen or past it", async ({
  browser,
  page,
}) => {
  await signUp(page, VIEWER, PASSWORD);
  await expect(page.getByText(/No building yet/)).toBeVisible();

  const owner = await (await browser.newContext()).newPage();
  const buildingId = await signIn(owner);
  await owner.goto(address(`/buildings/${buildingId}/settings`));
  await expect(owner.getByRole("button", { name: "New tariff" })).toBeVisible();
  await owner.getByRole("button", { name: "New member" }).click();
  await owner.getByLabel("Email").fill(VIEWER);
  await owner.getByRole("button", { name: "Add the member" }).click();
  const members = owner.getByRole("list", { name: "Members" });
  await expect(members.getByRole("listitem").filter({ hasText: VIEWER })).toContainText("Viewer");
  await owner.context().close();

  await page.goto(address(`/buildings/${buildingId}/settings`));
  await expect(page.getByText(/a kWh/).first()).toBeVisible();
  await expect(page.getByRole("main").getByRole("button")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Import readings" })).toHaveCount(0);
  await page.goto(address(`/buildings/${buildingId}/import`));
  await expect(page.getByText("You may not import readings here")).toBeVisible();
  await page.goto(address("/admin/users"));
  await expect(page.getByText("For administrators alone")).toBeVisible();

  const tariffs = createClient(TariffService, await transportOf(VIEWER, PASSWORD));
  const refusal = await tariffs
    .createTariff({
      buildingId,
      displayName: "For nothing",
      effectiveDate: "2020-01-01",
      currencyCode: "GBP",
      pricePerKwh: 0,
    })
    .then(
      () => undefined,
      (error: unknown) => ConnectError.from(error),
    );
  expect(refusal?.code).toBe(Code.PermissionDenied);
  const { tariffs: left } = await tariffs.listTariffs({ buildingId, pageSize: 100 });
  expect(left.map(({ displayName }) => displayName)).not.toContain("For nothing");
});
