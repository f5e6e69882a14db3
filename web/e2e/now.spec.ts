import { expect, signIn, test } from "./support/fixtures";
import { crash, holdRestarts } from "./support/services";

test("live power is seen to move", async ({ page }) => {
  await signIn(page);
  const badge = page.getByTestId("live-badge");
  await expect(badge).toHaveText("Live");
  const time = page.getByTestId("reading-time");
  const before = (await time.textContent()) ?? "";
  await expect(time).not.toHaveText(before);
  await expect(badge).toHaveText("Live");
});

test("a cut stream is told and recovers by itself", async ({ page }) => {
  test.slow();
  await signIn(page);
  const badge = page.getByTestId("live-badge");
  await expect(badge).toHaveText("Live");
  const goOn = holdRestarts(); // until the cut was seen
  try {
    crash("telemetry");
    await expect(badge).toHaveText("Reconnecting");
  } finally {
    goOn();
  }
  await expect(badge).toHaveText("Live", { timeout: 120_000 });
  const time = page.getByTestId("reading-time");
  const before = (await time.textContent()) ?? "";
  await expect(time).not.toHaveText(before);
});

test("the values of the chart are read by the keyboard and as a table", async ({ page }) => {
  await signIn(page);
  const chart = page.getByRole("slider", { name: /Live power/ });
  await chart.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(chart).toHaveAttribute("aria-valuetext", /\d\d:\d\d:\d\d · /);
  await page.getByRole("button", { name: "Table" }).click();
  const row = page.getByRole("table", { name: "Power by the minute" }).getByRole("row").nth(1);
  await expect(row).toContainText(/\d+ W|kW/);
});

test("today is compared with the same hours of other days", async ({ page }) => {
  await signIn(page);
  await expect(page.getByText(/Yesterday until \d\d:\d\d/)).toBeVisible();
  await expect(page.getByText(/A week ago until \d\d:\d\d/)).toBeVisible();
  await expect(page.getByText(/% of all that was used/)).toBeVisible();
});
