import { useQuery } from "@connectrpc/connect-query";
import { useMemo } from "react";
import { Outlet, useParams } from "react-router";
import { Page } from "@/components/ui/Page";
import { Failure, Loading, Skeleton } from "@/components/ui/States";
import { AccessService } from "@/gen/nilm/auth/v1/access_service_pb";
import { ApplianceService } from "@/gen/nilm/buildings/v1/appliance_service_pb";
import { BuildingService } from "@/gen/nilm/buildings/v1/building_service_pb";
import { MeterKind } from "@/gen/nilm/buildings/v1/meter_pb";
import { BuildingContext, type BuildingScope } from "@/lib/building/context";

/** Gives the screens of one building what they all need to know of it. */
export function BuildingLayout() {
  const { buildingId = "" } = useParams();
  const building = useQuery(BuildingService.method.getBuilding, { buildingId });
  const access = useQuery(AccessService.method.getBuildingAccess, {
    target: { case: "buildingId", value: buildingId },
  });
  const appliances = useQuery(ApplianceService.method.listAppliances, {
    buildingId,
    pageSize: 1000,
  });

  const scope = useMemo<BuildingScope | undefined>(() => {
    if (!building.data?.building || !access.data || !appliances.data) return undefined;
    const permissions = new Set(access.data.permissions);
    return {
      building: building.data.building,
      buildingId,
      zone: building.data.building.timeZone,
      meters: access.data.meters,
      mains: access.data.meters.find((meter) => meter.kind === MeterKind.MAINS),
      appliances: appliances.data.appliances,
      can: (permission) => permissions.has(permission),
    };
  }, [building.data, access.data, appliances.data, buildingId]);

  if (scope) {
    return (
      <BuildingContext value={scope}>
        <Outlet key={buildingId} />
      </BuildingContext>
    );
  }
  const failed = [building, access, appliances].find((query) => query.isError);
  if (failed) {
    return (
      <Page title="Building">
        <Failure
          error={failed.error}
          onRetry={() => {
            for (const query of [building, access, appliances]) {
              if (query.isError) void query.refetch();
            }
          }}
        />
      </Page>
    );
  }
  return (
    <Loading label="Loading the building">
      <div className="mx-auto grid max-w-7xl gap-5 px-4 py-7 sm:px-6">
        <Skeleton className="h-9 w-48" />
        <Skeleton className="h-72" />
        <div className="grid gap-5 md:grid-cols-3">
          <Skeleton className="h-36" />
          <Skeleton className="h-36" />
          <Skeleton className="h-36" />
        </div>
      </div>
    </Loading>
  );
}
