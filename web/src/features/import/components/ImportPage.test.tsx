import { File } from "node:buffer";
import type { ConnectRouter } from "@connectrpc/connect";
import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import ImportPage from "./ImportPage";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import { ReadingService } from "@/gen/nilm/telemetry/v1/reading_service_pb";
import { renderWith } from "@/testing/render";

const FILE = "when,kw\n2024-07-01 12:00,0.5\n2024-07-01 12:01,oops\n2024-07-01 12:02,1.5\n";

function server(stored: number[]) {
  return ({ service }: ConnectRouter) => {
    service(ReadingService, {
      writeReadings: ({ readings }) => {
        stored.push(...(readings?.powerW ?? []));
        return { acceptedCount: BigInt(readings?.powerW.length ?? 0) };
      },
    });
  };
}

function choose(name: string, text: string) {
  // jsdom's own files cannot be read.
  const files = [new File([text], name)];
  fireEvent.change(screen.getByLabelText("Choose a file, or drop it here"), { target: { files } });
}

describe("ImportPage", () => {
  it("shows the first rows as they will be read, follows the mapping, and imports", async () => {
    const stored: number[] = [];
    renderWith(<ImportPage />, {
      routes: server(stored),
      permissions: [Permission.READINGS_WRITE],
    });
    choose("meter.csv", FILE);
    const preview = within(await screen.findByRole("table"));
    expect(preview.getByText("500.0 W")).toBeVisible();
    expect(preview.getByText("Cannot be read")).toBeVisible();
    await userEvent.selectOptions(screen.getByLabelText("Unit of power"), "W");
    expect(await screen.findByText("0.5 W")).toBeVisible();
    await userEvent.selectOptions(screen.getByLabelText("Unit of power"), "kW");
    await userEvent.click(screen.getByRole("button", { name: "Import the file" }));
    expect(await screen.findByText(/The file is imported/)).toBeVisible();
    expect(stored).toEqual([500, 1_500]);
    const rejected = within(screen.getByRole("table", { name: "Rejected rows" }));
    expect(rejected.getByRole("rowheader", { name: "2" })).toBeVisible();
  });

  it("says why a file cannot be opened and takes another", async () => {
    renderWith(<ImportPage />, { permissions: [Permission.READINGS_WRITE] });
    choose("notes.csv", "hello\n");
    expect(await screen.findByRole("alert")).toHaveTextContent(/notes.csv cannot be opened/);
    choose("meter.csv", FILE);
    expect(await screen.findByRole("table")).toBeVisible();
  });

  it("shows a viewer no control", () => {
    renderWith(<ImportPage />, { permissions: [Permission.READINGS_READ] });
    expect(screen.getByText("You may not import readings here")).toBeVisible();
    expect(screen.queryByLabelText("Choose a file, or drop it here")).toBeNull();
  });
});
