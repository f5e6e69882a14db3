import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { address, expect, signIn, test } from "./support/fixtures";

test.beforeEach(async ({ page }) => {
  const buildingId = await signIn(page);
  await page.goto(address(`/buildings/${buildingId}/energy`));
  await expect(page.getByRole("heading", { name: "Energy", exact: true })).toBeVisible();
});

test("the range is in the address and comes back with it", async ({ page }) => {
  await page.getByRole("radio", { name: "Month" }).click();
  await expect(page.getByRole("heading", { name: "Energy by day" })).toBeVisible();
  const title = await page.getByTestId("range-title").textContent();
  await page.getByRole("button", { name: "Back", exact: true }).click();
  await expect(page.getByTestId("range-title")).not.toHaveText(title ?? "");
  await expect(page).toHaveURL(/range=month&date=/);
  const earlier = (await page.getByTestId("range-title").textContent()) ?? "";
  await page.reload();
  await expect(page.getByTestId("range-title")).toHaveText(earlier);
  await page.goBack();
  await expect(page.getByTestId("range-title")).toHaveText(title ?? "");
});

test("zooming in fetches finer buckets, and says so", async ({ page }) => {
  await page.getByRole("radio", { name: "Week" }).click();
  const resolution = page.getByTestId("resolution");
  await expect(resolution).toContainText("one point every 10 min");
  for (let step = 0; step < 6; step += 1) {
    const before = page.url();
    await page.getByRole("button", { name: "Zoom in" }).click();
    await expect(page).not.toHaveURL(before);
  }
  await expect(resolution).toContainText(/one point every \d+ s/);
  await expect(page).toHaveURL(/zoom=/);
  await page.getByRole("button", { name: "Show the whole range" }).click();
  await expect(resolution).toContainText("one point every 10 min");
});

test("the parts of each day sum to the meter", async ({ page }) => {
  await page.getByRole("radio", { name: "Week" }).click();
  const card = page.getByRole("region", { name: "Energy by day" }).first();
  await card.getByRole("button", { name: "Table" }).click();
  const rows = page.getByRole("table", { name: "Energy by day" }).getByRole("row");
  await expect(rows).toHaveCount(8);
  const titles = await rows.first().getByRole("columnheader").allTextContents();
  const parts = titles.length - 3; // the day, the meter and the coverage stand around them
  for (const row of (await rows.all()).slice(1)) {
    const [meter = 0, ...others] = (await row.getByRole("cell").allTextContents()).map((text) =>
      Number.parseFloat(text),
    );
    const sum = others.slice(0, parts).reduce((before, value) => before + value, 0);
    expect(Math.abs(sum - meter)).toBeLessThan(0.1); // what rounding to digits leaves
  }
});

test("the range is compared with the one before", async ({ page }) => {
  await page.getByRole("radio", { name: "Yesterday" }).click();
  await page.getByLabel("Comparison").selectOption("previous");
  await expect(page).toHaveURL(/compare=previous/);
  await expect(page.getByText(/before .*kWh/).first()).toBeVisible();
});

test("one series is shown alone", async ({ page }) => {
  const kettle = page.getByRole("button", { name: /^Kettle/ }).first();
  await kettle.click();
  await expect(kettle).toHaveAttribute("aria-pressed", "true");
  await expect(page).toHaveURL(/only=kettle/);
  await kettle.click();
  await expect(page).not.toHaveURL(/only=/);
});

test("the readings are exported as CSV and as Parquet", async ({ page }) => {
  const csv = (await exported(page, "CSV")).toString("utf8");
  const [header = "", ...rows] = csv.trim().split("\n");
  expect(header).toContain("power_w");
  expect(rows.length).toBeGreaterThan(10);
  const parquet = await exported(page, "Parquet");
  expect(parquet.subarray(0, 4).toString("latin1")).toBe("PAR1");
});

test("the estimates of an appliance are exported as CSV and as Parquet", async ({ page }) => {
  await page.getByRole("radio", { name: "Week" }).click();
  await expect(page.getByRole("table", { name: "Energy by appliance" })).toContainText("Kettle");
  const csv = (await exported(page, "CSV", "kettle")).toString("utf8");
  expect(csv.split("\n")[0]).toBe("time,power_w,confidence");
  const parquet = await exported(page, "Parquet", "kettle");
  expect(parquet.subarray(0, 4).toString("latin1")).toBe("PAR1");
});

/** Returns the file that an export saves: of the mains, or of an appliance's estimates. */
async function exported(
  page: Page,
  format: "CSV" | "Parquet",
  applianceId?: string,
): Promise<Buffer> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const dialog = page.getByRole("dialog", { name: "Export" });
  if (applianceId) await dialog.getByLabel("What to save").selectOption(applianceId);
  await dialog.getByRole("radio", { name: format }).click();
  await dialog.getByRole("button", { name: "Save the file" }).click();
  const file = await (await download).path();
  await expect(dialog).toHaveCount(0);
  return readFileSync(file);
}
