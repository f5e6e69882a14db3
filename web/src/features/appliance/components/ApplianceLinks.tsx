import { Link } from "react-router";
import { MeterKind } from "@/gen/nilm/buildings/v1/meter_pb";
import { applianceColour, applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { classes } from "@/lib/classes";

/** Leads to the other appliances of the building. */
export function ApplianceLinks({ shown }: { shown: string }) {
  const { appliances, meters, buildingId } = useBuilding();
  const own = meters.filter((meter) => meter.kind === MeterKind.APPLIANCE);
  const ids = new Set([
    ...appliances.map((each) => each.applianceId),
    ...own.map((meter) => meter.applianceId),
    shown,
  ]);
  return (
    <nav aria-label="Appliances">
      <ul className="flex flex-wrap gap-1.5">
        {[...ids].map((id) => (
          <li key={id}>
            <Link
              to={`/buildings/${buildingId}/appliances/${id}`}
              aria-current={id === shown ? "page" : undefined}
              className={classes(
                "inline-flex min-h-8 items-center gap-2 rounded-full border px-3 text-sm transition-colors hover:bg-sunken",
                id === shown ? "border-accent" : "border-line text-muted",
              )}
            >
              <span
                aria-hidden
                className="size-2.5 rounded-full"
                style={{ background: `var(${applianceColour(id)})` }}
              />
              {applianceName(id, appliances)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
