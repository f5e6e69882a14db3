import type { Page } from "@playwright/test";
import { address, DEMO_EMAIL, expect, signIn, test } from "./support/fixtures";

/** Presses Tab until a control has the focus, and sees that the focus shows. */
async function tabTo(page: Page, role: "link" | "button" | "radio", name: string | RegExp) {
  const control = page.getByRole(role, { name }).first();
  await expect(control).toBeVisible();
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    if (await control.evaluate((element) => element === document.activeElement)) {
      const outline = await control.evaluate((element) => getComputedStyle(element).outlineStyle);
      expect(outline).not.toBe("none");
      return;
    }
  }
  throw new Error(`Tab does not come to ${String(name)}`);
}

test("a person signs in and chooses a range by the keyboard alone", async ({ page }) => {
  await page.goto(address("/sign-in"));
  await expect(page.getByLabel("Email")).toBeVisible();
  await page.getByLabel("Email").focus();
  await page.keyboard.type(DEMO_EMAIL);
  await page.keyboard.press("Tab");
  await page.keyboard.type(process.env.NILM_DEMO_PASSWORD ?? "");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Now", exact: true })).toBeVisible();

  await page.locator("body").focus();
  await tabTo(page, "link", "Skip to the content");
  await tabTo(page, "link", "Energy");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Energy", exact: true })).toBeVisible();
  await tabTo(page, "radio", "Today");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "Yesterday" })).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "Week" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/range=week/);
});

test("a window holds the focus, Escape closes it, and its button has the focus again", async ({
  page,
}) => {
  const buildingId = await signIn(page);
  await page.goto(address(`/buildings/${buildingId}/settings`));
  const trigger = page.getByRole("button", { name: "New tariff" });
  await trigger.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "New tariff" });
  await expect(dialog).toBeVisible();
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press("Tab");
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(trigger).toBeFocused();
});
