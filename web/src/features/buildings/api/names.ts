import { Role } from "@/gen/nilm/buildings/v1/member_pb";
import { MeterKind } from "@/gen/nilm/buildings/v1/meter_pb";

/** The roles of a building, from least to most, and what each may do. */
export const ROLES = [
  { role: Role.VIEWER, name: "Viewer", allows: "sees readings and costs" },
  { role: Role.WARDEN, name: "Warden", allows: "also writes readings and runs models" },
  { role: Role.MANAGER, name: "Manager", allows: "does all there is to do" },
] as const;

/** Returns the role of a form's value. */
export function roleOf(text: string): Role {
  return ROLES.find(({ role }) => String(role) === text)?.role ?? Role.UNSPECIFIED;
}

/** Returns a role's name; administrators have none in a building. */
export function roleName(role: Role): string {
  return ROLES.find((each) => each.role === role)?.name ?? "Administrator";
}

/** Returns what a kind of meter measures. */
export function meterKindName(kind: MeterKind): string {
  switch (kind) {
    case MeterKind.MAINS:
      return "Whole building";
    case MeterKind.APPLIANCE:
      return "One appliance";
    case MeterKind.SIMULATED_TRUTH:
      return "Simulated truth";
    case MeterKind.UNSPECIFIED:
      return "Unknown";
  }
}
