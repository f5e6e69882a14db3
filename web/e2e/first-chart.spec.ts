import { address, expect, signUp, test } from "./support/fixtures";

const PASSWORD = "a long enough password";
const MINUTE_MS = 60_000;

/** A day of a household by the minute, of yesterday in UTC: 100 W, and a kettle at noon. */
function aDayAsCsv(): string {
  const midnight = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000;
  const rows = Array.from({ length: 1_440 }, (_, minute) => {
    const time = new Date(midnight + minute * MINUTE_MS).toISOString();
    const power = minute >= 720 && minute < 725 ? 2_100 : 100;
    return `${time},${minute === 3 ? "" : power},whatever`;
  });
  return ["when,watts,note", ...rows].join("\n");
}

test("somebody new gets from sign-up to a first chart", async ({ page }) => {
  test.slow();
  await signUp(page, "alan@home.local", PASSWORD);
  await page.getByRole("link", { name: "Add a building" }).click();
  await page.getByRole("button", { name: "New building" }).click();
  await page.getByLabel("Name").fill("Cottage");
  await page.getByLabel("Time zone").selectOption("UTC");
  await page.getByRole("button", { name: "Make the building" }).click();
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();

  await page.getByRole("button", { name: "New meter" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Main meter");
  await page.getByRole("button", { name: "Add the meter" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("link", { name: "Import readings" }).click();
  await page.getByLabel("Choose a file, or drop it here").setInputFiles({
    name: "yesterday.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(aDayAsCsv()),
  });

  await expect(page.getByLabel("Column of times")).toHaveValue("when");
  await expect(page.getByLabel("Column of power")).toHaveValue("watts");
  const preview = page.getByRole("table", { name: "The first rows as they will be read" });
  await expect(preview.getByRole("row").nth(1)).toContainText("100.0 W");
  await expect(preview.getByRole("row").nth(4)).toContainText("No value: a gap");
  await page.getByLabel("Unit of power").selectOption("kW");
  await expect(preview.getByRole("row").nth(1)).toContainText("100,000.0 W");
  await page.getByLabel("Unit of power").selectOption("W");
  await page.getByRole("button", { name: "Import the file" }).click();
  await expect(page.getByText("The file is imported.")).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "1,439" })).toBeVisible();

  await page.getByRole("link", { name: "See the energy" }).click();
  await expect(page.getByRole("heading", { name: "Energy", exact: true })).toBeVisible();
  const table = page.getByRole("region", { name: /^Power/ }).first();
  await expect(table.getByTestId("resolution")).toContainText("one point every");
  await expect(table.locator("canvas").first()).toBeVisible();
  await expect(page.getByText(/2\.5\d? kWh/).first()).toBeVisible(); // 24 h of 100 W, 5 min of 2 kW
  await expect(page).toHaveURL(new RegExp(`^${address("/buildings/bld_")}`));
});
