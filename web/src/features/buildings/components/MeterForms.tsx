import { useMutation } from "@connectrpc/connect-query";
import { useState } from "react";
import { meterKindName } from "../api/names";
import { Button } from "@/components/ui/Button";
import { SelectField, TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { AccessService } from "@/gen/nilm/auth/v1/access_service_pb";
import { MeterKind, type Meter } from "@/gen/nilm/buildings/v1/meter_pb";
import { MeterService } from "@/gen/nilm/buildings/v1/meter_service_pb";
import { useBuilding } from "@/lib/building/context";
import { fieldErrors, textOf } from "@/lib/rpc/fields";
import { newRequestId } from "@/lib/rpc/requestId";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

export function NewMeterForm({ onDone }: { onDone: () => void }) {
  const { building, buildingId, mains, appliances } = useBuilding();
  const [requestId] = useState(newRequestId);
  const kinds = [
    ...(mains ? [] : [MeterKind.MAINS]),
    MeterKind.APPLIANCE,
    ...(building.isSimulated ? [MeterKind.SIMULATED_TRUTH] : []),
  ];
  const [kind, setKind] = useState(kinds[0] ?? MeterKind.APPLIANCE);
  const invalidate = useInvalidate();
  const create = useMutation(MeterService.method.createMeter, {
    onSuccess: async () => {
      await invalidate(AccessService.method.getBuildingAccess);
      onDone();
    },
  });
  const errors = fieldErrors(create.error);
  return (
    <Form
      fields={["display_name", "kind", "appliance_id"]}
      call={create}
      onSubmit={(form) => {
        create.mutate({
          buildingId,
          displayName: textOf(form, "display_name"),
          kind,
          applianceId: textOf(form, "appliance_id"),
          requestId,
        });
      }}
    >
      <TextField label="Name" name="display_name" error={errors.display_name} />
      <SelectField
        label="What it measures"
        value={kind}
        hint={mains ? "The building has its meter of the whole already." : undefined}
        error={errors.kind}
        onChange={(event) => {
          const chosen = kinds.find((each) => String(each) === event.target.value);
          if (chosen) setKind(chosen);
        }}
      >
        {kinds.map((each) => (
          <option key={each} value={each}>
            {meterKindName(each)}
          </option>
        ))}
      </SelectField>
      {kind !== MeterKind.MAINS && (
        <SelectField
          label="Appliance"
          name="appliance_id"
          hint={appliances.length === 0 ? "Add the appliance first." : undefined}
          error={errors.appliance_id}
        >
          {appliances.map((appliance) => (
            <option key={appliance.applianceId} value={appliance.applianceId}>
              {appliance.displayName}
            </option>
          ))}
        </SelectField>
      )}
      <div>
        <Button type="submit" isBusy={create.isPending}>
          Add the meter
        </Button>
      </div>
    </Form>
  );
}

export function RenameMeterForm({ meter, onDone }: { meter: Meter; onDone: () => void }) {
  const { buildingId } = useBuilding();
  const invalidate = useInvalidate();
  const update = useMutation(MeterService.method.updateMeter, {
    onSuccess: async () => {
      await invalidate(AccessService.method.getBuildingAccess);
      onDone();
    },
  });
  return (
    <Form
      fields={["display_name"]}
      call={update}
      onSubmit={(form) => {
        const displayName = textOf(form, "display_name");
        update.mutate({ buildingId, meterId: meter.meterId, displayName });
      }}
    >
      <TextField
        label="Name"
        name="display_name"
        defaultValue={meter.displayName}
        error={fieldErrors(update.error).display_name}
      />
      <div>
        <Button type="submit" isBusy={update.isPending}>
          Save
        </Button>
      </div>
    </Form>
  );
}
