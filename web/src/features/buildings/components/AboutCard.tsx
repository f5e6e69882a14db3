import { callUnaryMethod, useMutation, useTransport } from "@connectrpc/connect-query";
import { useNavigate } from "react-router";
import { BuildingForm } from "./BuildingForm";
import { Card } from "@/components/ui/Card";
import { ConfirmButton } from "@/components/ui/ConfirmButton";
import { Conflict, Edited } from "@/components/ui/Conflict";
import { DialogButton } from "@/components/ui/Dialog";
import { Permission, AccessService } from "@/gen/nilm/auth/v1/access_service_pb";
import { BuildingSchema, type Building } from "@/gen/nilm/buildings/v1/building_pb";
import { BuildingService } from "@/gen/nilm/buildings/v1/building_service_pb";
import { useBuilding } from "@/lib/building/context";
import { formatIntensity } from "@/lib/format/quantities";
import { formatZone } from "@/lib/format/times";
import { useGuardedUpdate } from "@/lib/rpc/useGuardedUpdate";
import { useInvalidate } from "@/lib/rpc/useInvalidate";
import { useNow } from "@/lib/time/useNow";

/** Name, address and time zone of the building. */
export function AboutCard() {
  const { building, zone, can } = useBuilding();
  const nowMs = useNow(60_000);
  const facts = [
    ["Name", building.displayName],
    ["Time zone", formatZone(zone, nowMs)],
    ["Address or note", building.address || "–"],
    [
      "Carbon intensity",
      building.carbonIntensityGPerKwh === undefined
        ? "–"
        : formatIntensity(building.carbonIntensityGPerKwh),
    ],
    ["Readings", building.isSimulated ? "From a simulation" : "Measured"],
    ["Identifier", building.buildingId],
  ] as const;
  return (
    <Card
      title="About"
      actions={
        can(Permission.BUILDING_MANAGE) && (
          <div className="flex gap-2">
            <DialogButton
              label="Edit"
              accessibleLabel="Edit the building"
              title="Edit the building"
            >
              {(close) => (
                <Edited thing={building}>
                  {(base, renew) => <EditBuilding base={base} onRenew={renew} onDone={close} />}
                </Edited>
              )}
            </DialogButton>
            <DeleteBuilding />
          </div>
        )
      }
    >
      <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2">
        {facts.map(([title, value]) => (
          <div key={title} className="min-w-0">
            <dt className="text-muted">{title}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

interface EditProps {
  /** The building as it was when the form was opened. */
  base: Building;
  onRenew: (theirs: Building) => void;
  onDone: () => void;
}

function EditBuilding({ base, onRenew, onDone }: EditProps) {
  const { buildingId } = useBuilding();
  const transport = useTransport();
  const invalidate = useInvalidate();
  const { getBuilding, listBuildings, updateBuilding } = BuildingService.method;
  const save = useGuardedUpdate({
    schema: BuildingSchema,
    base,
    update: (values, etag) =>
      callUnaryMethod(transport, updateBuilding, {
        ...values,
        buildingId,
        clearCarbonIntensity: values.carbonIntensityGPerKwh === undefined,
        etag,
      }),
    read: async () => (await callUnaryMethod(transport, getBuilding, { buildingId })).building,
    onChanged: () => invalidate(getBuilding, listBuildings, AccessService.method.getBuildingAccess),
    onDone,
  });
  const { theirs } = save;
  return (
    <BuildingForm
      building={base}
      call={save}
      notice={
        theirs && (
          <Conflict
            base={base}
            theirs={theirs}
            describe={describeBuilding}
            onTakeTheirs={() => {
              onRenew(theirs);
            }}
          />
        )
      }
      submitLabel="Save"
      onSubmit={save.mutate}
    />
  );
}

function describeBuilding({ displayName, timeZone, address, carbonIntensityGPerKwh }: Building) {
  return {
    Name: displayName,
    "Time zone": timeZone,
    "Address or note": address,
    "Carbon intensity":
      carbonIntensityGPerKwh === undefined ? "" : formatIntensity(carbonIntensityGPerKwh),
  };
}

function DeleteBuilding() {
  const { building, buildingId } = useBuilding();
  const invalidate = useInvalidate();
  const navigate = useNavigate();
  const remove = useMutation(BuildingService.method.deleteBuilding);
  return (
    <ConfirmButton
      label="Delete"
      accessibleLabel="Delete the building"
      question={`Delete the building “${building.displayName}”?`}
      consequence="Its members lose it at once, with its meters, appliances and tariffs. Its readings stay in the store, where nobody can see them."
      confirmLabel="Delete the building"
      onConfirm={async () => {
        await remove.mutateAsync({ buildingId });
        await navigate("/buildings");
        await invalidate(BuildingService.method.listBuildings);
      }}
    />
  );
}
