import { address, expect, signIn, signUp, test } from "./support/fixtures";
import { freeze } from "./support/services";
import { ADMIN_EMAIL, ADMIN_PASSWORD } from "./support/stack";

const PASSWORD = "a long enough password";

test("an administrator deactivates an account, which is signed out and stays out", async ({
  browser,
  page,
}) => {
  await signUp(page, "mallory@home.local", PASSWORD);
  await expect(page.getByText(/No building yet/)).toBeVisible();
  const admin = await (await browser.newContext()).newPage();
  await signIn(admin, ADMIN_EMAIL, ADMIN_PASSWORD);
  await admin.goto(address("/admin/users?q=mallory"));
  await admin.getByRole("button", { name: "Deactivate mallory" }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
  await expect(admin.getByText("Deactivated")).toBeVisible();
  await admin.context().close();

  await page.reload();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByLabel("Email").fill("mallory@home.local");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
});

test("the models are read anew, each with its checksum and its state", async ({ page }) => {
  await signIn(page, ADMIN_EMAIL, ADMIN_PASSWORD);
  await page.goto(address("/admin/models"));
  const kettle = page.getByRole("region", { name: /kettle/ }).first();
  await expect(kettle.getByText("Ready", { exact: true })).toBeVisible();
  await expect(kettle.getByText(/^[0-9a-f]{64}$/)).toBeVisible();
  await page.getByRole("button", { name: "Reload" }).click();
  await expect(page.getByText(/The registry is read anew: \d+ models serve/)).toBeVisible();
});

test("a service that does not answer is told from the others, and recovers", async ({ page }) => {
  test.slow();
  await signIn(page, ADMIN_EMAIL, ADMIN_PASSWORD);
  await page.goto(address("/admin/system"));
  const services = page.getByRole("list", { name: "Services" }).getByRole("listitem");
  await expect(services.getByText("Ready", { exact: true })).toHaveCount(4);
  const goOn = freeze("telemetry");
  try {
    const telemetry = services.filter({ hasText: "Readings (telemetry)" });
    await expect(telemetry).toContainText("No answer");
    await expect(services.filter({ hasText: "Accounts (auth)" })).toContainText("Ready");
  } finally {
    goOn();
  }
  await expect(services.getByText("Ready", { exact: true })).toHaveCount(4, { timeout: 120_000 });
});
