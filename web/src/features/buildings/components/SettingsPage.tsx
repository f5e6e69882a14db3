import { AboutCard } from "./AboutCard";
import { AppliancesCard } from "./AppliancesCard";
import { MembersCard } from "./MembersCard";
import { MetersCard } from "./MetersCard";
import { TariffsCard } from "./TariffsCard";
import { Page } from "@/components/ui/Page";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import { useBuilding } from "@/lib/building/context";

/** All there is to set in one building; for others than managers, to see. */
export default function SettingsPage() {
  const { building, can } = useBuilding();
  return (
    <Page title="Settings" subtitle={building.displayName}>
      <div className="grid items-start gap-4 sm:gap-5 xl:grid-cols-2">
        <div className="grid min-w-0 gap-4 sm:gap-5">
          <AboutCard />
          <TariffsCard />
          {can(Permission.MEMBERS_MANAGE) && <MembersCard />}
        </div>
        <div className="grid min-w-0 gap-4 sm:gap-5">
          <MetersCard />
          <AppliancesCard />
        </div>
      </div>
    </Page>
  );
}
