import { useQuery } from "@connectrpc/connect-query";
import { Link } from "react-router";
import { roleName } from "../api/names";
import type { Latest } from "../hooks/useLatestReadings";
import { LatestPower } from "./LatestPower";
import { Badge } from "@/components/ui/Badge";
import { buttonClasses } from "@/components/ui/Button";
import { Card } from "@/components/ui/Card";
import { Skeleton } from "@/components/ui/States";
import { AccessService } from "@/gen/nilm/auth/v1/access_service_pb";
import type { Building } from "@/gen/nilm/buildings/v1/building_pb";
import { MeterKind } from "@/gen/nilm/buildings/v1/meter_pb";
import { formatZone } from "@/lib/format/times";
import { useNow } from "@/lib/time/useNow";

interface Props {
  building: Building;
  /** Newest reading by meter; absent until it is known. */
  latest: ReadonlyMap<string, Latest> | undefined;
}

/** One building: its live total, and the ways into it. */
export function BuildingCard({ building, latest }: Props) {
  const { buildingId, displayName, timeZone, address, isSimulated } = building;
  const nowMs = useNow(60_000);
  const access = useQuery(AccessService.method.getBuildingAccess, {
    target: { case: "buildingId", value: buildingId },
  });
  const mains = access.data?.meters.find((meter) => meter.kind === MeterKind.MAINS);
  const base = `/buildings/${buildingId}`;
  return (
    <Card
      title={displayName}
      subtitle={address || formatZone(timeZone, nowMs)}
      actions={
        <div className="flex flex-wrap gap-1.5">
          {isSimulated && <Badge>Simulated</Badge>}
          {access.data && <Badge>{roleName(access.data.role)}</Badge>}
        </div>
      }
    >
      <div className="grid gap-4">
        <div className="min-h-9 text-2xl tabular-nums">
          {access.isPending || !latest ? (
            <Skeleton className="h-8 w-28" />
          ) : mains ? (
            <LatestPower latest={latest.get(mains.meterId)} />
          ) : (
            <Badge tone="warn">No mains meter</Badge>
          )}
        </div>
        <div className="flex flex-wrap gap-2">
          <CardLink to={`${base}/now`} label="Now" of={displayName} />
          <CardLink to={`${base}/energy`} label="Energy" of={displayName} />
          <CardLink to={`${base}/settings`} label="Settings" of={displayName} />
        </div>
      </div>
    </Card>
  );
}

function CardLink({ to, label, of }: { to: string; label: string; of: string }) {
  return (
    <Link to={to} className={buttonClasses("secondary", true)}>
      {label}
      <span className="sr-only"> of {of}</span>
    </Link>
  );
}
