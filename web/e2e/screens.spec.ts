import { SCREENS, SIGNED_OUT_SCREENS } from "./screens";
import { demoBuildingId } from "./support/calls";
import {
  address,
  expect,
  keepScreenshot,
  scrollsSideways,
  seriousViolations,
  signIn,
  test,
} from "./support/fixtures";
import { ADMIN_EMAIL, ADMIN_PASSWORD } from "./support/stack";

const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
] as const;

for (const look of LOOKS) {
  test.describe(look.name, () => {
    test.use({ colorScheme: look.colorScheme, viewport: look.viewport, reducedMotion: "reduce" });

    test("screens before sign-in are accessible and fit", async ({ page }) => {
      for (const screen of SIGNED_OUT_SCREENS) {
        await page.goto(address(screen.path));
        await expect(
          page.getByRole("heading", { name: screen.landmark, exact: true }),
        ).toBeVisible();
        expect(await seriousViolations(page), screen.name).toEqual([]);
        expect(await scrollsSideways(page), screen.name).toBe(false);
        await keepScreenshot(page, `${screen.name}-${look.name}`);
      }
    });

    test("screens are accessible and fit", async ({ page }) => {
      test.slow();
      await signIn(page, ADMIN_EMAIL, ADMIN_PASSWORD);
      const buildingId = await demoBuildingId();
      for (const screen of SCREENS) {
        await page.goto(address(screen.path.replace(":b", buildingId)));
        await expect(
          page.getByRole("heading", { name: screen.landmark, exact: true }),
        ).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        expect(await seriousViolations(page), screen.name).toEqual([]);
        expect(await scrollsSideways(page), screen.name).toBe(false);
        await keepScreenshot(page, `${screen.name}-${look.name}`);
      }
    });
  });
}
