import { create } from "@bufbuild/protobuf";
import { createRouterTransport, type ConnectRouter } from "@connectrpc/connect";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import ModelsPage from "./ModelsPage";
import SystemPage from "./SystemPage";
import UsersPage from "./UsersPage";
import { UserSchema } from "@/gen/nilm/auth/v1/user_pb";
import { UserService } from "@/gen/nilm/auth/v1/user_service_pb";
import { ModelState, TrainingData } from "@/gen/nilm/inference/v1/model_pb";
import { ModelService } from "@/gen/nilm/inference/v1/model_service_pb";
import { CacheService } from "@/gen/nilm/telemetry/v1/cache_service_pb";
import { SessionContext } from "@/lib/session/context";
import { Session } from "@/lib/session/session";
import { renderWith } from "@/testing/render";

function show(page: ReactNode, routes: (router: ConnectRouter) => void, isAdmin = true) {
  const session = new Session(createRouterTransport(() => undefined));
  session.update(create(UserSchema, { userId: "usr_1", displayName: "Ann", isAdmin }));
  renderWith(<SessionContext value={session}>{page}</SessionContext>, { routes });
}

describe("UsersPage", () => {
  const people = [
    { userId: "usr_1", displayName: "Ann", email: "ann@home.local", isAdmin: true },
    { userId: "usr_2", displayName: "Bob", email: "bob@home.local", isDisabled: false },
  ];
  const server =
    (asked: string[]) =>
    ({ service }: ConnectRouter) => {
      service(UserService, {
        listUsers: ({ emailContains }) => {
          asked.push(`list ${emailContains}`);
          return { users: people.filter(({ email }) => email.includes(emailContains)) };
        },
        updateUser: ({ userId, isDisabled }) => {
          asked.push(`update ${userId} ${isDisabled}`);
          return {};
        },
      });
    };

  it("deactivates an account after asking, and never one's own", async () => {
    const asked: string[] = [];
    show(<UsersPage />, server(asked));
    await userEvent.click(await screen.findByRole("button", { name: "Deactivate Bob" }));
    expect(screen.queryByRole("button", { name: /Ann/, hidden: true })).toBeNull();
    const dialog = within(screen.getByRole("dialog"));
    await userEvent.click(dialog.getByRole("button", { name: "Deactivate" }));
    await waitFor(() => {
      expect(asked).toEqual(["list ", "update usr_2 true", "list "]);
    });
  });

  it("searches by email", async () => {
    show(<UsersPage />, server([]));
    await screen.findByText("Bob");
    await userEvent.type(screen.getByLabelText("Search by email"), "ann");
    await waitFor(() => {
      expect(screen.queryByText("Bob")).toBeNull();
    });
    expect(screen.getByText("Ann")).toBeVisible();
  });

  it("asks nothing for those who are no administrators", () => {
    const asked: string[] = [];
    show(<UsersPage />, server(asked), false);
    expect(screen.getByText("For administrators alone")).toBeVisible();
    expect(asked).toEqual([]);
  });
});

describe("ModelsPage", () => {
  it("shows what is ready and what was refused, and reloads", async () => {
    show(<ModelsPage />, ({ service }) => {
      service(ModelService, {
        listModels: () => ({
          models: [
            {
              modelId: "kettle_cnn",
              modelVersion: "1.0.0",
              applianceId: "kettle",
              state: ModelState.READY,
              trainingData: TrainingData.REAL,
              artifactSha256: "ab12",
              metrics: { f1: 0.9 },
            },
            {
              modelId: "fridge_unet",
              modelVersion: "0.1.0",
              applianceId: "fridge",
              state: ModelState.REFUSED,
              trainingData: TrainingData.SYNTHETIC,
              refusal: "the checksum of its weights disagrees",
            },
          ],
        }),
        reloadModels: () => ({
          readyModelIds: ["kettle_cnn"],
          refused: [{ modelId: "fridge_unet", message: "its shapes disagree" }],
        }),
      });
    });
    const kettle = within(await screen.findByRole("region", { name: "kettle_cnn" }));
    expect(kettle.getByText("Ready")).toBeVisible();
    expect(kettle.getByText("Real data")).toBeVisible();
    expect(kettle.getByText("ab12")).toBeVisible();
    const fridge = within(screen.getByRole("region", { name: "fridge_unet" }));
    expect(fridge.getByText("the checksum of its weights disagrees")).toBeVisible();
    expect(fridge.getByText("Trained on simulation")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Reload" }));
    expect(await screen.findByText("fridge_unet: its shapes disagree")).toBeVisible();
  });
});

describe("SystemPage", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("names the services that do not answer, and what others wait for", async () => {
    const answers: Record<string, () => Response> = {
      gateway: () => new Response('{"status":"live"}'),
      auth: () => new Response('{"status":"ready"}'),
      telemetry: () => new Response("upstream connect error", { status: 503 }),
      inference: () =>
        new Response('{"status":"not ready","failures":{"telemetry":"is away"}}', { status: 503 }),
    };
    vi.stubGlobal("fetch", (_: string, { headers }: { headers: Record<string, string> }) =>
      Promise.resolve(answers[headers["x-nilm-service"] ?? "gateway"]?.()),
    );
    show(<SystemPage />, ({ service }) => {
      service(CacheService, { getCacheStats: () => ({}) });
    });
    const services = within(await screen.findByRole("list", { name: "Services" }));
    expect(await services.findByText("No answer")).toBeVisible();
    expect(await services.findByText("telemetry: is away")).toBeVisible();
    expect(services.getAllByText("Ready")).toHaveLength(2);
    expect(
      await screen.findByText(/Not as it should be: Readings \(telemetry\), Models/),
    ).toBeVisible();
  });
});
