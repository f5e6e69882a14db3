import {
  address,
  expect,
  keepScreenshot,
  scrollsSideways,
  seriousViolations,
  signIn,
  test,
} from "./support/fixtures";

const DAY_MS = 86_400_000;
const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
] as const;

test("the table of runs fits the screen", async ({ page }) => {
  const buildingId = await signIn(page);
  await page.goto(address(`/buildings/${buildingId}/appliances/kettle`));
  const table = page.getByRole("region", { name: "Runs" }).last();
  await expect(table.getByRole("columnheader", { name: "Sureness" })).toBeVisible();
  const hiddenPx = await table.evaluate((box) => box.scrollWidth - box.clientWidth);
  expect(hiddenPx).toBe(0);
});

for (const look of LOOKS) {
  test.describe(look.name, () => {
    test.use({ colorScheme: look.colorScheme, viewport: look.viewport, reducedMotion: "reduce" });

    test("the form for a missed run is accessible, fits, and shows what is wrong", async ({
      page,
    }) => {
      const buildingId = await signIn(page);
      await page.goto(address(`/buildings/${buildingId}/appliances/kettle`));
      await page.getByRole("button", { name: "Missed run" }).click();
      const dialog = page.getByRole("dialog", { name: "Add a missed run" });
      await expect(dialog).toContainText("Times in Europe/London.");
      await dialog.getByLabel("Started").fill(`${longAgo()}T03:05`);
      await dialog.getByLabel("Ended").fill(`${longAgo()}T03:01`);
      await page.keyboard.press("Enter");
      const ended = dialog.getByLabel("Ended");
      await expect(ended).toHaveAccessibleDescription("Must be after the start.");
      await expect(ended).toBeFocused();
      expect(await seriousViolations(page)).toEqual([]);
      expect(await scrollsSideways(page)).toBe(false);
      await keepScreenshot(page, `missed-run-${look.name}`);
    });
  });
}

test("a run that was missed is added, outlasts a reload, and is taken back", async ({ page }) => {
  const buildingId = await signIn(page);
  await page.goto(address(`/buildings/${buildingId}/appliances/kettle`));
  await page.getByRole("button", { name: "Missed run" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a missed run" });
  await dialog.getByLabel("Started").fill(`${longAgo()}T03:05`);
  await dialog.getByLabel("Ended").fill(`${longAgo()}T03:09`);
  await dialog.getByRole("button", { name: "Add the run" }).click();
  await expect(page.getByText(/Noted that it ran .*03:05.*03:09/)).toBeVisible();
  await expect(dialog).toHaveCount(0);
  await page.reload();
  const told = page.getByRole("list", { name: "Also said to have run" });
  await expect(told).toContainText("4 min");
  expect(await seriousViolations(page)).toEqual([]);
  await keepScreenshot(page, "missed-run-added");
  await told.getByRole("button", { name: /^Take back/ }).click();
  await expect(told).toHaveCount(0);
  await expect(page.getByText(/Took back that it ran .*03:05/)).toBeVisible();
});

/** A day on which the household has no readings yet, and so no runs. */
function longAgo(): string {
  return new Date(Date.now() - 30 * DAY_MS).toISOString().slice(0, 10);
}
