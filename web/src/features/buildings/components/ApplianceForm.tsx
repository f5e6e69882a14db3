import { callUnaryMethod, useMutation, useQuery, useTransport } from "@connectrpc/connect-query";
import { useId, useState } from "react";
import { numberOf } from "../api/rates";
import { Button } from "@/components/ui/Button";
import { Conflict } from "@/components/ui/Conflict";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { ApplianceSchema, type Appliance } from "@/gen/nilm/buildings/v1/appliance_pb";
import { ApplianceService } from "@/gen/nilm/buildings/v1/appliance_service_pb";
import { ModelService } from "@/gen/nilm/inference/v1/model_service_pb";
import { useBuilding } from "@/lib/building/context";
import { formatPower } from "@/lib/format/quantities";
import { useSyntheticAppliances } from "@/lib/models/synthetic";
import { fieldErrors, textOf } from "@/lib/rpc/fields";
import { newRequestId } from "@/lib/rpc/requestId";
import { useGuardedUpdate } from "@/lib/rpc/useGuardedUpdate";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

interface Props {
  /** The one to change; absent for a new one. */
  appliance?: Appliance;
  /** Begins the form anew with what somebody else made of it. */
  onRenew?: (theirs: Appliance) => void;
  onDone: () => void;
}

export function ApplianceForm({ appliance, onRenew, onDone }: Props) {
  const { buildingId, appliances } = useBuilding();
  const [requestId] = useState(newRequestId);
  const kindsId = useId();
  const invalidate = useInvalidate();
  const models = useQuery(ModelService.method.listModels, { pageSize: 1000 });
  const transport = useTransport();
  const { createAppliance, getAppliance, listAppliances, updateAppliance } =
    ApplianceService.method;
  const create = useMutation(createAppliance, {
    onSuccess: async () => {
      await invalidate(listAppliances);
      onDone();
    },
  });
  const applianceId = appliance?.applianceId ?? "";
  const update = useGuardedUpdate({
    schema: ApplianceSchema,
    base: appliance,
    update: (values, etag) =>
      callUnaryMethod(transport, updateAppliance, { ...values, buildingId, applianceId, etag }),
    read: async () =>
      (await callUnaryMethod(transport, getAppliance, { buildingId, applianceId })).appliance,
    onChanged: () => invalidate(listAppliances),
    onDone,
  });
  const call = appliance ? update : create;
  const errors = fieldErrors(call.error);
  const { theirs } = update;
  const taken = new Set(appliances.map((each) => each.applianceId));
  const synthetic = useSyntheticAppliances();
  const kinds = new Set(models.data?.models.map((model) => model.applianceId));
  return (
    <Form
      fields={["display_name", "appliance_id", "rated_power_w"]}
      call={call}
      notice={
        appliance &&
        theirs && (
          <Conflict
            base={appliance}
            theirs={theirs}
            describe={describeAppliance}
            onTakeTheirs={() => onRenew?.(theirs)}
          />
        )
      }
      onSubmit={(form) => {
        const rated = textOf(form, "rated_power_w");
        const values = {
          displayName: textOf(form, "display_name"),
          ratedPowerW: rated ? numberOf(rated) : 0,
        };
        if (appliance) update.mutate(values);
        else {
          const kind = textOf(form, "appliance_id");
          create.mutate({ ...values, buildingId, applianceId: kind, requestId });
        }
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
                <option
                  key={kind}
                  value={kind}
                  label={synthetic.has(kind) ? `${kind} (trained on simulation)` : undefined}
                />
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
        <Button type="submit" isBusy={call.isPending}>
          {appliance ? "Save" : "Add the appliance"}
        </Button>
      </div>
    </Form>
  );
}

function describeAppliance({ displayName, ratedPowerW }: Appliance) {
  return { Name: displayName, "Rated power": ratedPowerW > 0 ? formatPower(ratedPowerW) : "" };
}
