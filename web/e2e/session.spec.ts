import type { Page } from "@playwright/test";
import { expireNextToken } from "./support/calls";
import { address, DEMO_EMAIL, expect, signIn, signUp, test } from "./support/fixtures";
import { crash } from "./support/services";

const PASSWORD = "a long enough password";
const UPDATE_BUILDING = "nilm.buildings.v1.BuildingService/UpdateBuilding";

/** Opens the form of a building, and types into it. */
async function typeNote(page: Page, buildingId: string, note: string) {
  await page.goto(address(`/buildings/${buildingId}/settings`));
  await page.getByRole("button", { name: "Edit the building" }).click();
  const field = page.getByLabel("Address or note");
  await field.fill(note);
  return field;
}

test("an expired access token is renewed without a word", async ({ page }) => {
  const expiredCalls = await expireNextToken(
    page,
    "nilm.buildings.v1.BuildingService/ListBuildings",
  );
  const refusal = page.waitForResponse(
    (response) =>
      response.url().endsWith("/ListBuildings") && response.headers()["grpc-status"] === "16",
  );
  const renewal = page.waitForRequest("**/nilm.auth.v1.AuthService/RefreshToken");
  await signIn(page);
  expect((await refusal).headers()["grpc-message"]).toContain("expired");
  await renewal;
  expect(expiredCalls()).toBe(1);
  await expect(page.getByRole("heading", { name: "Now", exact: true })).toBeVisible();
});

test("an expired session asks to sign in over the page, and what was typed is saved", async ({
  page,
  context,
}) => {
  const buildingId = await signIn(page);
  const field = await typeNote(page, buildingId, "Second floor");
  const before = page.url();
  await context.clearCookies(); // the session cannot be renewed
  await expireNextToken(page, UPDATE_BUILDING);
  await page.getByRole("button", { name: "Save" }).click();
  const question = page.getByRole("dialog", { name: "Your session has ended" });
  await expect(question).toBeVisible();
  await expect(field).toHaveValue("Second floor");
  await page.keyboard.press("Escape");
  await expect(question).toBeVisible();
  await question.getByLabel("Password").fill("not the password");
  await question.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(question.getByRole("alert")).toBeVisible();
  await question.getByLabel("Password").fill(process.env.NILM_DEMO_PASSWORD ?? "");
  await question.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(page.url()).toBe(before);
  await expect(page.getByText("Second floor").first()).toBeVisible();
});

test("who comes without a session signs in and returns to the same page", async ({
  page,
  context,
}) => {
  const buildingId = await signIn(page);
  const path = `/buildings/${buildingId}/energy?range=month`;
  await context.clearCookies();
  await page.goto(address(path));
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByLabel("Email").fill(DEMO_EMAIL);
  await page.getByLabel("Password").fill(process.env.NILM_DEMO_PASSWORD ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(address(path));
  await expect(page.getByRole("heading", { name: "Energy by day" })).toBeVisible();
});

for (const part of ["auth", "gateway"] as const) {
  test(`a form is saved by itself after ${part} was away`, async ({ page }) => {
    test.slow();
    const buildingId = await signIn(page);
    const note = `Saved though ${part} was away`;
    await typeNote(page, buildingId, note);
    crash(part);
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0, { timeout: 120_000 });
    await expect(page.getByText(note).first()).toBeVisible();
  });
}

test("what was typed stays where nobody answers for long, and can be sent again", async ({
  page,
}) => {
  test.slow();
  const buildingId = await signIn(page);
  const field = await typeNote(page, buildingId, "Written while offline");
  await page.route(`**/${UPDATE_BUILDING}`, (route) => route.abort("connectionrefused"));
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("No answer from the server; trying again.")).toBeVisible();
  await expect(dialog.getByRole("alert")).toContainText("cannot be reached", { timeout: 120_000 });
  await expect(field).toHaveValue("Written while offline");
  await page.unroute(`**/${UPDATE_BUILDING}`);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("Written while offline").first()).toBeVisible();
});

test("a page that the server left is loaded when it comes back", async ({ page }) => {
  test.slow();
  await signUp(page, "ida@home.local", PASSWORD);
  await expect(page.getByText(/No building yet/)).toBeVisible();
  crash("auth");
  await page.reload();
  await expect(page.getByText(/No building yet/)).toBeVisible({ timeout: 120_000 });
});
