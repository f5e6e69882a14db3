import { useMutation, useQuery } from "@connectrpc/connect-query";
import { useId, useState } from "react";
import { numberOf } from "../api/rates";
import { Button } from "@/components/ui/Button";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import type { Appliance } from "@/gen/nilm/buildings/v1/appliance_pb";
import { ApplianceService } from "@/gen/nilm/buildings/v1/appliance_service_pb";
import { ModelService } from "@/gen/nilm/inference/v1/model_service_pb";
import { useBuilding } from "@/lib/building/context";
import { fieldErrors, textOf } from "@/lib/rpc/fields";
import { newRequestId } from "@/lib/rpc/requestId";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

interface Props {
  /** The one to change; absent for a new one. */
  appliance?: Appliance;
  onDone: () => void;
}

export function ApplianceForm({ appliance, onDone }: Props) {
  const { buildingId, appliances } = useBuilding();
  const [requestId] = useState(newRequestId);
  const kindsId = useId();
  const invalidate = useInvalidate();
  const models = useQuery(ModelService.method.listModels, { pageSize: 1000 });
  const onSuccess = async () => {
    await invalidate(ApplianceService.method.listAppliances);
    onDone();
  };
  const create = useMutation(ApplianceService.method.createAppliance, { onSuccess });
  const update = useMutation(ApplianceService.method.updateAppliance, { onSuccess });
  const { error, isPending } = appliance ? update : create;
  const errors = fieldErrors(error);
  const taken = new Set(appliances.map((each) => each.applianceId));
  const kinds = new Set(models.data?.models.map((model) => model.applianceId));
  return (
    <Form
      fields={["display_name", "appliance_id", "rated_power_w"]}
      error={error}
      onSubmit={(form) => {
        const rated = textOf(form, "rated_power_w");
        const values = {
          buildingId,
          displayName: textOf(form, "display_name"),
          ratedPowerW: rated ? numberOf(rated) : 0,
        };
        if (appliance) update.mutate({ ...values, applianceId: appliance.applianceId });
        else create.mutate({ ...values, applianceId: textOf(form, "appliance_id"), requestId });
      }}
    >
      <TextField
        label="Name"
        name="display_name"
        defaultValue={appliance?.displayName}
        error={errors.display_name}
      />
      {!appliance && (
        <>
          <TextField
            label="Kind"
            name="appliance_id"
            list={kindsId}
            autoCapitalize="none"
            spellCheck={false}
            hint="As models know it, such as washing_machine. It cannot be changed later."
            error={errors.appliance_id}
          />
          <datalist id={kindsId}>
            {[...kinds]
              .filter((kind) => !taken.has(kind))
              .map((kind) => (
                <option key={kind} value={kind} />
              ))}
          </datalist>
        </>
      )}
      <TextField
        label="Rated power, W"
        name="rated_power_w"
        inputMode="decimal"
        hint="On its rating plate; may be left empty."
        defaultValue={appliance && appliance.ratedPowerW > 0 ? appliance.ratedPowerW : ""}
        error={errors.rated_power_w}
      />
      <div>
        <Button type="submit" isBusy={isPending}>
          {appliance ? "Save" : "Add the appliance"}
        </Button>
      </div>
    </Form>
  );
}
