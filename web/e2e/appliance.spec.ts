import { address, expect, signIn, test } from "./support/fixtures";

test("the table of runs fits the screen", async ({ page }) => {
  const buildingId = await signIn(page);
  await page.goto(address(`/buildings/${buildingId}/appliances/kettle`));
  const table = page.getByRole("region", { name: "Runs" }).last();
  await expect(table.getByRole("columnheader", { name: "Sureness" })).toBeVisible();
  const hiddenPx = await table.evaluate((box) => box.scrollWidth - box.clientWidth);
  expect(hiddenPx).toBe(0);
});
