import { defineConfig } from "@playwright/test";
import tests from "../../playwright.config";

/** Draws the pictures of the README anew, from the demo household. */
export default defineConfig(tests, {
  testDir: ".",
  testIgnore: [],
  outputDir: "../results/readme",
  globalSetup: "../support/stack.ts",
  timeout: 180_000,
  use: { viewport: { width: 1280, height: 900 } },
});
