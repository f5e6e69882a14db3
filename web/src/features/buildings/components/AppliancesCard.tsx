import { useMutation } from "@connectrpc/connect-query";
import { Plus, WashingMachine } from "lucide-react";
import { ApplianceForm } from "./ApplianceForm";
import { Card } from "@/components/ui/Card";
import { ConfirmButton } from "@/components/ui/ConfirmButton";
import { Edited } from "@/components/ui/Conflict";
import { DialogButton } from "@/components/ui/Dialog";
import { List, ListRow } from "@/components/ui/List";
import { Message } from "@/components/ui/States";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import type { Appliance } from "@/gen/nilm/buildings/v1/appliance_pb";
import { ApplianceService } from "@/gen/nilm/buildings/v1/appliance_service_pb";
import { useBuilding } from "@/lib/building/context";
import { formatPower } from "@/lib/format/quantities";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

/** What uses the energy. */
export function AppliancesCard() {
  const { appliances, can } = useBuilding();
  const isManager = can(Permission.BUILDING_MANAGE);
  return (
    <Card
      title="Appliances"
      subtitle="What uses the energy"
      actions={
        isManager && (
          <DialogButton
            label={
              <>
                <Plus aria-hidden className="size-4" /> New appliance
              </>
            }
            title="New appliance"
          >
            {(close) => <ApplianceForm onDone={close} />}
          </DialogButton>
        )
      }
    >
      {appliances.length === 0 && (
        <Message icon={WashingMachine} title="No appliance yet">
          Appliances that are named here are shown by that name.
        </Message>
      )}
      <List label="Appliances">
        {appliances.map((appliance) => (
          <ListRow
            key={appliance.applianceId}
            title={appliance.displayName}
            detail={
              <>
                <code className="text-xs">{appliance.applianceId}</code>
                {appliance.ratedPowerW > 0 && ` · rated ${formatPower(appliance.ratedPowerW)}`}
              </>
            }
            actions={isManager && <ApplianceActions appliance={appliance} />}
          />
        ))}
      </List>
    </Card>
  );
}

function ApplianceActions({ appliance }: { appliance: Appliance }) {
  const { buildingId } = useBuilding();
  const invalidate = useInvalidate();
  const remove = useMutation(ApplianceService.method.deleteAppliance);
  const { applianceId, displayName } = appliance;
  return (
    <>
      <DialogButton
        label="Edit"
        accessibleLabel={`Edit the appliance ${displayName}`}
        look="quiet"
        title="Edit the appliance"
      >
        {(close) => (
          <Edited thing={appliance}>
            {(base, renew) => <ApplianceForm appliance={base} onRenew={renew} onDone={close} />}
          </Edited>
        )}
      </DialogButton>
      <ConfirmButton
        label="Delete"
        accessibleLabel={`Delete the appliance ${displayName}`}
        look="quiet"
        question={`Delete the appliance “${displayName}”?`}
        consequence="Its name is forgotten. What was estimated or measured of it stays."
        confirmLabel="Delete the appliance"
        onConfirm={async () => {
          await remove.mutateAsync({ buildingId, applianceId });
          await invalidate(ApplianceService.method.listAppliances);
        }}
      />
    </>
  );
}
