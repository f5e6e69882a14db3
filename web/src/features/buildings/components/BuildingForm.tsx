import { Button } from "@/components/ui/Button";
import { SelectField, TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import type { Building } from "@/gen/nilm/buildings/v1/building_pb";
import { fieldErrors, textOf } from "@/lib/rpc/fields";
import { browserZone, timeZones } from "@/lib/time/zones";

export interface BuildingValues {
  displayName: string;
  timeZone: string;
  address: string;
}

interface Props {
  /** What stands in the fields; absent for a new building. */
  building?: Building;
  error: unknown;
  isBusy: boolean;
  submitLabel: string;
  onSubmit: (values: BuildingValues) => void;
}

export function BuildingForm({ building, error, isBusy, submitLabel, onSubmit }: Props) {
  const errors = fieldErrors(error);
  const zone = building?.timeZone ?? browserZone();
  return (
    <Form
      fields={["display_name", "time_zone", "address"]}
      error={error}
      onSubmit={(form) => {
        onSubmit({
          displayName: textOf(form, "display_name"),
          timeZone: textOf(form, "time_zone"),
          address: textOf(form, "address"),
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
      <div>
        <Button type="submit" isBusy={isBusy}>
          {submitLabel}
        </Button>
      </div>
    </Form>
  );
}
