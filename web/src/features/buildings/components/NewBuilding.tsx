import { useMutation } from "@connectrpc/connect-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { BuildingForm } from "./BuildingForm";
import { DialogButton } from "@/components/ui/Dialog";
import { BuildingService } from "@/gen/nilm/buildings/v1/building_service_pb";
import { newRequestId } from "@/lib/rpc/requestId";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

/** A button that asks for a new building and then leads to its settings. */
export function NewBuilding() {
  return (
    <DialogButton
      label={
        <>
          <Plus aria-hidden className="size-4" /> New building
        </>
      }
      look="primary"
      isSmall={false}
      title="New building"
      description="You become its manager. Its meters, appliances and tariff come next."
    >
      {() => <NewBuildingForm />}
    </DialogButton>
  );
}

function NewBuildingForm() {
  const [requestId] = useState(newRequestId);
  const invalidate = useInvalidate();
  const navigate = useNavigate();
  const create = useMutation(BuildingService.method.createBuilding, {
    onSuccess: async ({ building }) => {
      await invalidate(BuildingService.method.listBuildings);
      if (building) await navigate(`/buildings/${building.buildingId}/settings`);
    },
  });
  return (
    <BuildingForm
      call={create}
      submitLabel="Make the building"
      onSubmit={(values) => {
        create.mutate({ ...values, requestId });
      }}
    />
  );
}
