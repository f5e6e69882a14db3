import type { Mapping, PowerUnit } from "../api/rows";
import { SelectField } from "@/components/ui/Field";
import { MeterKind, type Meter } from "@/gen/nilm/buildings/v1/meter_pb";
import { timeZones } from "@/lib/time/zones";

interface Props {
  columns: readonly string[];
  meters: readonly Meter[];
  mapping: Mapping;
  meterId: string;
  isDisabled: boolean;
  onMapping: (mapping: Mapping) => void;
  onMeter: (meterId: string) => void;
}

/** How the file is to be read, and whose readings they are. */
export function MappingForm(props: Props) {
  const { columns, meters, mapping, meterId, isDisabled, onMapping, onMeter } = props;
  return (
    <fieldset
      disabled={isDisabled}
      className="grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-3"
    >
      <legend className="sr-only">How the file is read</legend>
      <SelectField
        label="Meter"
        value={meterId}
        onChange={(event) => {
          onMeter(event.target.value);
        }}
      >
        {meters.map((meter) => (
          <option key={meter.meterId} value={meter.meterId}>
            {meter.displayName}
            {meter.kind === MeterKind.MAINS ? " (whole building)" : ""}
          </option>
        ))}
      </SelectField>
      <ColumnField
        label="Column of times"
        columns={columns}
        value={mapping.timeColumn}
        onChange={(timeColumn) => {
          onMapping({ ...mapping, timeColumn });
        }}
      />
      <ColumnField
        label="Column of power"
        columns={columns}
        value={mapping.powerColumn}
        onChange={(powerColumn) => {
          onMapping({ ...mapping, powerColumn });
        }}
      />
      <SelectField
        label="Unit of power"
        value={mapping.unit}
        onChange={(event) => {
          onMapping({ ...mapping, unit: event.target.value as PowerUnit });
        }}
      >
        <option value="W">Watts (W)</option>
        <option value="kW">Kilowatts (kW)</option>
      </SelectField>
      <SelectField
        label="Zone of times without an offset"
        hint="Times that carry an offset, and Unix seconds, are read as they are."
        value={mapping.zone}
        onChange={(event) => {
          onMapping({ ...mapping, zone: event.target.value });
        }}
      >
        {timeZones(mapping.zone).map((zone) => (
          <option key={zone}>{zone}</option>
        ))}
      </SelectField>
    </fieldset>
  );
}

interface ColumnProps {
  label: string;
  columns: readonly string[];
  value: string;
  onChange: (column: string) => void;
}

function ColumnField({ label, columns, value, onChange }: ColumnProps) {
  return (
    <SelectField
      label={label}
      value={value}
      onChange={(event) => {
        onChange(event.target.value);
      }}
    >
      {columns.map((column) => (
        <option key={column}>{column}</option>
      ))}
    </SelectField>
  );
}
