import { defineConfig } from "@playwright/test";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "e2e",
  testIgnore: "readme/**", // draws pictures, see `npm run screenshots`
  outputDir: "e2e/results/traces",
  globalSetup: "./e2e/support/stack.ts",
  workers: 1, // one stack, and one household in it
  timeout: 240_000, // of a machine that is busy with other things
  expect: { timeout: 60_000 },
  forbidOnly: true,
  reporter: "list",
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
