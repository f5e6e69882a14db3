import { existsSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { BuildingService } from "../src/gen/nilm/buildings/v1/building_service_pb";
import { MeterKind } from "../src/gen/nilm/buildings/v1/meter_pb";
import { MeterService } from "../src/gen/nilm/buildings/v1/meter_service_pb";
import { transportOf } from "./support/calls";
import { address, expect, signIn, signUp, test } from "./support/fixtures";

const REPOSITORY = join(import.meta.dirname, "..", "..");
const DATA = process.env.NILM_DATA ?? join(REPOSITORY, "..", "shared", "data");
const FILE = join(DATA, "mains", "ukdale_house2_30s.parquet");
const PASSWORD = "a long enough password";

test("a real recording is imported, and its months are there", async ({ page }) => {
  test.skip(!existsSync(FILE), "there are no recordings in $NILM_DATA nor in ../shared/data");
  test.setTimeout(480_000);
  await signUp(page, "joan@home.local", PASSWORD);
  await expect(page.getByText(/No building yet/)).toBeVisible();
  const transport = await transportOf("joan@home.local", PASSWORD);
  const { building } = await createClient(BuildingService, transport).createBuilding({
    displayName: "UK-DALE house 2",
    timeZone: "Europe/London",
  });
  const buildingId = building?.buildingId ?? "";
  await createClient(MeterService, transport).createMeter({
    buildingId,
    displayName: "Mains",
    kind: MeterKind.MAINS,
  });

  await page.goto(address(`/buildings/${buildingId}/import`));
  await page.getByLabel("Choose a file, or drop it here").setInputFiles(FILE);
  await expect(page.getByLabel("Column of times")).toHaveValue("time");
  await page.getByLabel("Column of power").selectOption("aggregate_w");
  const preview = page.getByRole("table", { name: "The first rows as they will be read" });
  await expect(preview.getByRole("row").nth(1)).toContainText("2013");
  await page.getByRole("button", { name: "Import the file" }).click();
  await expect(page.getByRole("progressbar", { name: /imported/ })).toBeVisible();
  await expect(page.getByText("The file is imported.")).toBeVisible({ timeout: 300_000 });
  await expect(page.getByText(/The readings are of .*2013/)).toBeVisible();
  await page.getByRole("link", { name: "See the energy" }).click();
  await expect(page.getByTestId("range-title")).toContainText("2013");
  await expect(page.getByText(/\d kWh/).first()).toBeVisible();
});

test("a file that is no table of readings is refused with what can be read", async ({ page }) => {
  const buildingId = await signIn(page);
  await page.goto(address(`/buildings/${buildingId}/import`));
  await page.getByLabel("Choose a file, or drop it here").setInputFiles({
    name: "notes.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("no table at all"),
  });
  await expect(page.getByRole("alert")).toContainText("CSV in UTF-8 and Parquet can be read");
});
