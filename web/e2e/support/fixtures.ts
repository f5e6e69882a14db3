import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test as base, type Page } from "@playwright/test";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SCREENSHOTS = join(import.meta.dirname, "..", "results", "screens");

export const DEMO_EMAIL = "demo@nilm.local";

/** The address of the system under test. */
export function address(path: string): string {
  return `${process.env.NILM_URL ?? ""}/app${path}`;
}

/** A page whose console must stay clean: an error or a blocked script fails its test. */
export const test = base.extend<{ complaints: string[] }>({
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        if (message.text().includes("Content Security Policy")) complaints.push(message.text());
      });
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Signs in through the form, and returns the id of the building that then shows. */
export async function signIn(
  page: Page,
  email = DEMO_EMAIL,
  password = process.env.NILM_DEMO_PASSWORD ?? "",
): Promise<string> {
  await page.goto(address("/sign-in"));
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/\/buildings\/bld_/, { timeout: 60_000 });
  return /\/buildings\/(bld_[^/]+)/.exec(page.url())?.[1] ?? "";
}

/** Makes an account, and leaves it signed in. */
export async function signUp(page: Page, email: string, password: string): Promise<void> {
  await page.goto(address("/sign-up"));
  await page.getByLabel("Name").fill(email.split("@")[0] ?? "");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Make the account" }).click();
}

interface AxeViolation {
  id: string;
  impact: string;
  nodes: { target: string[] }[];
}

/** Returns what axe finds serious or critical on the page. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate<AxeViolation[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations)",
  );
  return violations
    .filter((each) => each.impact === "serious" || each.impact === "critical")
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

/** Whether the page is wider than the screen. */
export async function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
}

/** Keeps a picture of the screen among the results. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
