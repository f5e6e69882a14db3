import { address, expect, signIn, signUp, test } from "./support/fixtures";

const PASSWORD = "a long enough password";

test("an account is made, signed out of and signed in to", async ({ page }) => {
  await signUp(page, "grace@home.local", PASSWORD);
  await expect(page.getByText(/No building yet/)).toBeVisible();
  await page.getByRole("button", { name: /Account of grace/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("an error stands beside the field that it names", async ({ page }) => {
  await signUp(page, "short@home.local", "short");
  const password = page.getByLabel("Password");
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await expect(password).toBeFocused();
  await expect(password).toHaveValue("short");
});

test("a reload keeps the session, of which no script can read a token", async ({
  page,
  context,
}) => {
  await signIn(page);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Now", exact: true })).toBeVisible();
  expect(await page.evaluate(() => document.cookie)).toBe("");
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  const [cookie] = await context.cookies(
    address("/").replace("/app/", "/nilm.auth.v1.AuthService/"),
  );
  expect(cookie).toMatchObject({ name: "nilm_refresh", httpOnly: true, sameSite: "Strict" });
});

test("a new password is set, and the old one holds no more", async ({ page }) => {
  await signUp(page, "linus@home.local", PASSWORD);
  await expect(page.getByText(/No building yet/)).toBeVisible();
  await page.goto(address("/profile"));
  await page.getByLabel("Present password").fill(PASSWORD);
  await page.getByLabel("New password").fill(`${PASSWORD} too`);
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByText("The password is changed.")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Profile" })).toBeVisible();
});

test("the theme that was chosen holds after a reload", async ({ page }) => {
  await signIn(page);
  await page.goto(address("/profile"));
  await page.getByRole("radio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveClass(/dark/);
  await page.reload();
  await expect(page.locator("html")).toHaveClass(/dark/);
});
