import { statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { address, expect, signIn, test } from "../support/fixtures";

const IMAGES = join(import.meta.dirname, "..", "..", "..", "docs", "images");
const MOST_BYTES = 200 * 1024;

/** Signs in, and waits until the models have come from the oldest readings to those of now. */
async function signInToEstimates(page: Page): Promise<string> {
  const buildingId = await signIn(page);
  await expect(page.getByText(/\d+% sure/).first()).toBeVisible({ timeout: 120_000 });
  return buildingId;
}

/** Keeps what is in sight as a picture of the README, once all of it is loaded. */
async function draw(page: Page, name: string): Promise<void> {
  const path = join(IMAGES, `${name}.png`);
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await page.mouse.move(0, 0);
  await page.screenshot({ path, animations: "disabled" });
  expect(statSync(path).size).toBeLessThan(MOST_BYTES);
}

test("what each day of the past week was made of", async ({ page }) => {
  const buildingId = await signInToEstimates(page);
  await page.goto(address(`/buildings/${buildingId}/energy?range=week`));
  await page.getByRole("button", { name: "Back", exact: true }).click();
  const bars = page.getByRole("region", { name: "Energy by day" }).first();
  await expect(bars.locator("canvas")).toBeVisible();
  await expect(bars.getByText(/^\d.*kWh in all/)).toBeVisible();
  await draw(page, "week");
});

test.describe("in the dark", () => {
  test.use({ colorScheme: "dark", viewport: { width: 1280, height: 600 } });

  test("the power of yesterday, split by appliance", async ({ page }) => {
    const buildingId = await signInToEstimates(page);
    await page.goto(address(`/buildings/${buildingId}/energy`));
    await page.getByRole("radio", { name: "Yesterday" }).click();
    const power = page.getByRole("region", { name: "Power" }).first();
    await expect(power.locator("canvas")).toBeVisible();
    await expect(power.getByText(/The greatest power shown/)).toBeVisible();
    await power.evaluate((element) => {
      element.scrollIntoView({ block: "start" });
      window.scrollBy(0, -24);
    });
    await draw(page, "power");
  });
});
