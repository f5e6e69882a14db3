import type { ReactNode } from "react";
import { numberOf } from "../api/rates";
import { Button } from "@/components/ui/Button";
import { SelectField, TextField } from "@/components/ui/Field";
import { Form, type SentCall } from "@/components/ui/Form";
import type { Building } from "@/gen/nilm/buildings/v1/building_pb";
import { fieldErrors, textOf } from "@/lib/rpc/fields";
import { browserZone, timeZones } from "@/lib/time/zones";

export interface BuildingValues {
  displayName: string;
  timeZone: string;
  address: string;
  /** g CO2e/kWh; undefined where the field is left empty, NaN where it holds no number. */
  carbonIntensityGPerKwh: number | undefined;
}

interface Props {
  /** What stands in the fields; absent for a new building. */
  building?: Building;
  call: SentCall;
  notice?: ReactNode;
  submitLabel: string;
  onSubmit: (values: BuildingValues) => void;
}

export function BuildingForm({ building, call, notice, submitLabel, onSubmit }: Props) {
  const errors = fieldErrors(call.error);
  const zone = building?.timeZone ?? browserZone();
  return (
    <Form
      fields={["display_name", "time_zone", "address", "carbon_intensity_g_per_kwh"]}
      call={call}
      notice={notice}
      onSubmit={(form) => {
        const intensity = textOf(form, "carbon_intensity_g_per_kwh");
        onSubmit({
          displayName: textOf(form, "display_name"),
          timeZone: textOf(form, "time_zone"),
          address: textOf(form, "address"),
          carbonIntensityGPerKwh: intensity ? numberOf(intensity) : undefined,
        });
      }}
    >
      <TextField
        label="Name"
        name="display_name"
        defaultValue={building?.displayName}
        error={errors.display_name}
      />
      <SelectField
        label="Time zone"
        name="time_zone"
        hint="Its days and months, and the times of its tariffs, are counted in this zone."
        defaultValue={zone}
        error={errors.time_zone}
      >
        {timeZones(zone).map((each) => (
          <option key={each}>{each}</option>
        ))}
      </SelectField>
      <TextField
        label="Address or note"
        name="address"
        autoComplete="street-address"
        hint="May be left empty."
        defaultValue={building?.address}
        error={errors.address}
      />
      <TextField
        label="Carbon intensity, g CO₂e per kWh"
        name="carbon_intensity_g_per_kwh"
        inputMode="decimal"
        hint="Of its electricity, such as 150; the supplier or the grid operator tells it. Left empty, no CO₂ is shown."
        defaultValue={building?.carbonIntensityGPerKwh}
        error={errors.carbon_intensity_g_per_kwh}
      />
      <div>
        <Button type="submit" isBusy={call.isPending}>
          {submitLabel}
        </Button>
      </div>
    </Form>
  );
}
