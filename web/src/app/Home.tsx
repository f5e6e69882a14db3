import { useQuery } from "@connectrpc/connect-query";
import { House } from "lucide-react";
import { Link, Navigate } from "react-router";
import { buttonClasses } from "@/components/ui/Button";
import { Page } from "@/components/ui/Page";
import { Failure, Loading, Message, Skeleton } from "@/components/ui/States";
import { BuildingService } from "@/gen/nilm/buildings/v1/building_service_pb";

/** Leads to the first building. */
export default function Home() {
  const query = useQuery(BuildingService.method.listBuildings, { pageSize: 1000 });
  const first = query.data?.buildings[0];
  if (first) return <Navigate to={`/buildings/${first.buildingId}/now`} replace />;
  return (
    <Page title="Welcome">
      {query.isPending && (
        <Loading label="Loading your buildings">
          <Skeleton className="h-48" />
        </Loading>
      )}
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && (
        <Message
          icon={House}
          title="No building yet"
          action={
            <Link to="/buildings" className={buttonClasses()}>
              Add a building
            </Link>
          }
        >
          Add the one whose energy you want to see, or ask its manager to make you a member.
        </Message>
      )}
    </Page>
  );
}
