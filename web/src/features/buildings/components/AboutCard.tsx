import { useMutation } from "@connectrpc/connect-query";
import { useNavigate } from "react-router";
import { BuildingForm } from "./BuildingForm";
import { Card } from "@/components/ui/Card";
import { ConfirmButton } from "@/components/ui/ConfirmButton";
import { DialogButton } from "@/components/ui/Dialog";
import { Permission, AccessService } from "@/gen/nilm/auth/v1/access_service_pb";
import { BuildingService } from "@/gen/nilm/buildings/v1/building_service_pb";
import { useBuilding } from "@/lib/building/context";
import { formatIntensity } from "@/lib/format/quantities";
import { formatZone } from "@/lib/format/times";
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
              {(close) => <EditBuilding onDone={close} />}
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

function EditBuilding({ onDone }: { onDone: () => void }) {
  const { building, buildingId } = useBuilding();
  const invalidate = useInvalidate();
  const update = useMutation(BuildingService.method.updateBuilding, {
    onSuccess: async () => {
      await invalidate(
        BuildingService.method.getBuilding,
        BuildingService.method.listBuildings,
        AccessService.method.getBuildingAccess,
      );
      onDone();
    },
  });
  return (
    <BuildingForm
      building={building}
      error={update.error}
      isBusy={update.isPending}
      submitLabel="Save"
      onSubmit={(values) => {
        update.mutate({
          buildingId,
          ...values,
          clearCarbonIntensity: values.carbonIntensityGPerKwh === undefined,
        });
      }}
    />
  );
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
