import { useMutation } from "@connectrpc/connect-query";
import { FileUp, Gauge, Plus } from "lucide-react";
import { Link } from "react-router";
import { meterKindName } from "../api/names";
import { useLatestReadings } from "../hooks/useLatestReadings";
import { LatestPower } from "./LatestPower";
import { NewMeterForm, RenameMeterForm } from "./MeterForms";
import { buttonClasses } from "@/components/ui/Button";
import { Card } from "@/components/ui/Card";
import { ConfirmButton } from "@/components/ui/ConfirmButton";
import { DialogButton } from "@/components/ui/Dialog";
import { List, ListRow } from "@/components/ui/List";
import { Message } from "@/components/ui/States";
import { AccessService, Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import type { Meter } from "@/gen/nilm/buildings/v1/meter_pb";
import { MeterService } from "@/gen/nilm/buildings/v1/meter_service_pb";
import { applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

/** What sends readings, and its newest one. */
export function MetersCard() {
  const { buildingId, meters, appliances, can } = useBuilding();
  const { latest, isPending } = useLatestReadings(buildingId);
  const isManager = can(Permission.BUILDING_MANAGE);
  const sorted = [...meters].sort(
    (a, b) => a.kind - b.kind || a.displayName.localeCompare(b.displayName),
  );
  return (
    <Card
      title="Meters"
      subtitle="What sends readings"
      actions={
        <div className="flex flex-wrap gap-2">
          {can(Permission.READINGS_WRITE) && meters.length > 0 && (
            <Link to="../import" relative="path" className={buttonClasses("secondary", true)}>
              <FileUp aria-hidden className="size-4" /> Import readings
            </Link>
          )}
          {isManager && (
            <DialogButton
              label={
                <>
                  <Plus aria-hidden className="size-4" /> New meter
                </>
              }
              title="New meter"
            >
              {(close) => <NewMeterForm onDone={close} />}
            </DialogButton>
          )}
        </div>
      }
    >
      {sorted.length === 0 && (
        <Message icon={Gauge} title="No meter yet">
          Readings belong to a meter. Begin with the one of the whole building.
        </Message>
      )}
      <List label="Meters">
        {sorted.map((meter) => (
          <ListRow
            key={meter.meterId}
            title={meter.displayName}
            detail={
              <>
                {meterKindName(meter.kind)}
                {meter.applianceId && `: ${applianceName(meter.applianceId, appliances)}`}
                {" · "}
                <code className="text-xs">{meter.meterId}</code>
              </>
            }
            value={!isPending && <LatestPower latest={latest.get(meter.meterId)} />}
            actions={isManager && <MeterActions meter={meter} />}
          />
        ))}
      </List>
    </Card>
  );
}

function MeterActions({ meter }: { meter: Meter }) {
  const { buildingId } = useBuilding();
  const invalidate = useInvalidate();
  const remove = useMutation(MeterService.method.deleteMeter);
  const { displayName, meterId } = meter;
  return (
    <>
      <DialogButton
        label="Rename"
        accessibleLabel={`Rename the meter ${displayName}`}
        look="quiet"
        title="Rename the meter"
      >
        {(close) => <RenameMeterForm meter={meter} onDone={close} />}
      </DialogButton>
      <ConfirmButton
        label="Delete"
        accessibleLabel={`Delete the meter ${displayName}`}
        look="quiet"
        question={`Delete the meter “${displayName}”?`}
        consequence="What sends readings for it is refused from then on. Its readings stay in the store and are shown no more."
        confirmLabel="Delete the meter"
        onConfirm={async () => {
          await remove.mutateAsync({ buildingId, meterId });
          await invalidate(AccessService.method.getBuildingAccess);
        }}
      />
    </>
  );
}
