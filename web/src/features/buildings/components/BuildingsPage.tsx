import { useQuery } from "@connectrpc/connect-query";
import { Building2 } from "lucide-react";
import { useSearchParams } from "react-router";
import { useLiveTotals } from "../hooks/useLiveTotals";
import { BuildingCard } from "./BuildingCard";
import { NewBuilding } from "./NewBuilding";
import { TextField } from "@/components/ui/Field";
import { Notice } from "@/components/ui/Notice";
import { Page } from "@/components/ui/Page";
import { Failure, Loading, Message, Skeleton } from "@/components/ui/States";
import { BuildingService } from "@/gen/nilm/buildings/v1/building_service_pb";
import { problemOf } from "@/lib/rpc/problem";

const SEARCH_FROM = 7;

/** All buildings that the person may see, with their live totals. */
export default function BuildingsPage() {
  const query = useQuery(BuildingService.method.listBuildings, { pageSize: 1000 });
  const live = useLiveTotals();
  const [params, setParams] = useSearchParams();
  const wanted = params.get("q") ?? "";
  const buildings = query.data?.buildings ?? [];
  const shown = buildings.filter(({ displayName, address }) =>
    `${displayName} ${address}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  return (
    <Page
      title="Buildings"
      subtitle={query.isSuccess ? counted(buildings.length) : undefined}
      actions={<NewBuilding />}
    >
      {query.isPending && (
        <Loading label="Loading your buildings">
          <div className="grid gap-4 sm:grid-cols-2 sm:gap-5 xl:grid-cols-3">
            <Skeleton className="h-44" />
            <Skeleton className="h-44" />
            <Skeleton className="h-44" />
          </div>
        </Loading>
      )}
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && buildings.length === 0 && (
        <Message icon={Building2} title="No building yet">
          Make one, or ask the manager of yours to add you as a member.
        </Message>
      )}
      {buildings.length >= SEARCH_FROM && (
        <div className="max-w-sm">
          <TextField
            label="Search"
            type="search"
            value={wanted}
            onChange={(event) => {
              const text = event.target.value;
              setParams(text ? { q: text } : {}, { replace: true });
            }}
          />
        </div>
      )}
      {live.error && (
        <Notice tone="warn">The live totals are missing: {problemOf(live.error).message}</Notice>
      )}
      {buildings.length > 0 && shown.length === 0 && (
        <Message icon={Building2} title={`No building has “${wanted}” in its name`} />
      )}
      <div className="grid gap-4 sm:grid-cols-2 sm:gap-5 xl:grid-cols-3">
        {shown.map((building) => (
          <BuildingCard
            key={building.buildingId}
            building={building}
            latest={live.isPending ? undefined : live.latest}
          />
        ))}
      </div>
    </Page>
  );
}

function counted(count: number): string {
  return count === 1 ? "1 building" : `${count} buildings`;
}
