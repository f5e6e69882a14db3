import { create } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import { act, screen } from "@testing-library/react";
import { Route, Routes } from "react-router";
import { describe, expect, it } from "vitest";
import { Shell } from "./Shell";
import { SignedInOnly } from "./guards";
import { AuthService } from "@/gen/nilm/auth/v1/auth_service_pb";
import { UserSchema } from "@/gen/nilm/auth/v1/user_pb";
import { BuildingSchema } from "@/gen/nilm/buildings/v1/building_pb";
import { BuildingService } from "@/gen/nilm/buildings/v1/building_service_pb";
import { renderWith } from "@/testing/render";

const ADA = create(UserSchema, { userId: "usr_1", email: "ada@home.local", displayName: "Ada" });
const HOME = create(BuildingSchema, { buildingId: "bld_1", displayName: "Home" });

const routes = ({ service }: ConnectRouter) => {
  service(AuthService, { signIn: () => ({ user: ADA, tokens: { accessToken: "token" } }) });
  service(BuildingService, { listBuildings: () => ({ buildings: [HOME] }) });
};

async function open(path: string) {
  const { session } = renderWith(
    <Routes>
      <Route element={<SignedInOnly />}>
        <Route element={<Shell />}>
          <Route path="/buildings/:buildingId/*" element={<p>A screen</p>} />
        </Route>
      </Route>
    </Routes>,
    { routes, path },
  );
  await act(() => session.signIn(ADA.email, "secret"));
}

describe("the navigation", () => {
  it.each([
    ["now", { Now: "page", Energy: null, Settings: null }],
    ["energy", { Now: null, Energy: "page", Settings: null }],
    ["appliances/kettle", { Now: null, Energy: "true", Settings: null }],
    ["import", { Now: null, Energy: null, Settings: null }],
  ])("tells at %s where one is", async (screenPath, current) => {
    await open(`/buildings/bld_1/${screenPath}`);
    expect(await screen.findByText("A screen")).toBeInTheDocument();
    for (const [title, value] of Object.entries(current)) {
      for (const link of screen.getAllByRole("link", { name: title })) {
        expect(link.getAttribute("aria-current"), title).toBe(value);
      }
    }
  });
});
