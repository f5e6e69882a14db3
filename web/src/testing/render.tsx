import { create } from "@bufbuild/protobuf";
import { createRouterTransport, type ConnectRouter, type Transport } from "@connectrpc/connect";
import { TransportProvider } from "@connectrpc/connect-query";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";
import type { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import { ApplianceSchema } from "@/gen/nilm/buildings/v1/appliance_pb";
import { BuildingSchema } from "@/gen/nilm/buildings/v1/building_pb";
import { MeterKind, MeterSchema } from "@/gen/nilm/buildings/v1/meter_pb";
import { BuildingContext, type BuildingScope } from "@/lib/building/context";
import { SessionContext } from "@/lib/session/context";
import { Session } from "@/lib/session/session";

interface Surroundings {
  /** The services of the in-memory server. */
  routes?: (router: ConnectRouter) => void;
  /** Where the app is. */
  path?: string;
  /** What the person may do in the building. */
  permissions?: readonly Permission[];
}

/** A building with a mains meter and two appliances, in London. */
export function testBuilding(permissions: readonly Permission[] = []): BuildingScope {
  const mains = create(MeterSchema, {
    meterId: "mtr_mains",
    buildingId: "bld_1",
    displayName: "Mains",
    kind: MeterKind.MAINS,
  });
  return {
    building: create(BuildingSchema, {
      buildingId: "bld_1",
      displayName: "Home",
      timeZone: "Europe/London",
    }),
    buildingId: "bld_1",
    zone: "Europe/London",
    meters: [mains],
    mains,
    appliances: [
      create(ApplianceSchema, { applianceId: "kettle", displayName: "Kettle" }),
      create(ApplianceSchema, { applianceId: "dishwasher", displayName: "Dishwasher" }),
    ],
    can: (permission) => permissions.includes(permission),
  };
}

function around({ routes, path = "/", permissions }: Surroundings) {
  const transport: Transport = createRouterTransport(routes ?? (() => undefined));
  const session = new Session(transport);
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <MemoryRouter initialEntries={[path]}>
      <SessionContext value={session}>
        <TransportProvider transport={transport}>
          <QueryClientProvider client={queryClient}>
            <BuildingContext value={testBuilding(permissions)}>{children}</BuildingContext>
          </QueryClientProvider>
        </TransportProvider>
      </SessionContext>
    </MemoryRouter>
  );
  return { wrapper, session };
}

/** Renders a component with an in-memory server behind it, in a test building. */
export function renderWith(component: ReactNode, surroundings: Surroundings = {}) {
  const { wrapper, session } = around(surroundings);
  return { session, ...render(component, { wrapper }) };
}

/** Runs a hook with an in-memory server behind it, in a test building. */
export function renderHookWith<T>(hook: () => T, surroundings: Surroundings = {}) {
  const { wrapper, session } = around(surroundings);
  return { session, ...renderHook(hook, { wrapper }) };
}
