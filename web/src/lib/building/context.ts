import { createContext, useContext } from "react";
import type { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import type { Appliance } from "@/gen/nilm/buildings/v1/appliance_pb";
import type { Building } from "@/gen/nilm/buildings/v1/building_pb";
import type { Meter } from "@/gen/nilm/buildings/v1/meter_pb";

/** The building that a screen is about, and what the person may do there. */
export interface BuildingScope {
  building: Building;
  buildingId: string;
  /** IANA time zone in which the building's days are counted. */
  zone: string;
  meters: readonly Meter[];
  mains: Meter | undefined;
  /** By name. */
  appliances: readonly Appliance[];
  can: (permission: Permission) => boolean;
}

export const BuildingContext = createContext<BuildingScope | null>(null);

/** Returns the building of this screen; only inside of a building's routes. */
export function useBuilding(): BuildingScope {
  const scope = useContext(BuildingContext);
  if (!scope) throw new Error("there is no BuildingContext around this component");
  return scope;
}
