import { Plus, Trash2 } from "lucide-react";
import { ToggleGroup } from "radix-ui";
import { useId } from "react";
import { clockText, quarterHours, weekdayName, type RateDraft } from "../api/rates";
import { Button } from "@/components/ui/Button";
import { SelectField, TextField } from "@/components/ui/Field";

const WEEK = [1, 2, 3, 4, 5, 6, 7];

interface Props {
  rates: readonly RateDraft[];
  zone: string;
  /** By proto name, such as `rates[0].price_per_kwh`. */
  errors: Readonly<Record<string, string>>;
  onChange: (rates: readonly RateDraft[]) => void;
}

/** Prices at certain times of the week; the first that matches applies. */
export function RateFields({ rates, zone, errors, onChange }: Props) {
  const titleId = useId();
  return (
    <section aria-labelledby={titleId} className="grid gap-3">
      <div className="flex flex-wrap items-end justify-between gap-2">
        <div>
          <h3 id={titleId} className="text-sm font-medium">
            Prices by time of use
          </h3>
          <p className="text-sm text-muted">
            Times in {zone.replaceAll("_", " ")}; the first that matches applies.
          </p>
        </div>
        <Button
          look="secondary"
          isSmall
          onClick={() => {
            onChange([...rates, newRate(rates)]);
          }}
        >
          <Plus aria-hidden className="size-4" /> Add a rate
        </Button>
      </div>
      {errors.rates && <p className="text-sm text-danger">{errors.rates}</p>}
      {rates.map((rate, index) => (
        <RateRow
          key={rate.key}
          rate={rate}
          index={index}
          errors={errors}
          onChange={(next) => {
            onChange(rates.map((each) => (each.key === rate.key ? next : each)));
          }}
          onRemove={() => {
            onChange(rates.filter((each) => each.key !== rate.key));
          }}
        />
      ))}
    </section>
  );
}

interface RowProps {
  rate: RateDraft;
  index: number;
  errors: Readonly<Record<string, string>>;
  onChange: (rate: RateDraft) => void;
  onRemove: () => void;
}

function RateRow({ rate, index, errors, onChange, onRemove }: RowProps) {
  const errorOf = (name: string) => errors[`rates[${index}].${name}`];
  const weekdaysError = errorOf("weekdays");
  return (
    <fieldset className="grid gap-3 rounded-lg bg-sunken p-3">
      <legend className="sr-only">Rate {index + 1}</legend>
      <div className="flex items-start justify-between gap-2">
        <ToggleGroup.Root
          type="multiple"
          aria-label="Days; none chosen means every day"
          value={rate.weekdays.map(String)}
          onValueChange={(days) => {
            onChange({ ...rate, weekdays: days.map(Number).sort() });
          }}
          className="flex flex-wrap gap-1"
        >
          {WEEK.map((weekday) => (
            <ToggleGroup.Item
              key={weekday}
              value={String(weekday)}
              className="min-h-9 rounded-md border border-line bg-surface px-2 text-sm text-muted data-[state=on]:border-accent data-[state=on]:bg-accent-soft data-[state=on]:font-medium data-[state=on]:text-accent-text"
            >
              {weekdayName(weekday)}
            </ToggleGroup.Item>
          ))}
        </ToggleGroup.Root>
        <Button
          look="quiet"
          isSmall
          aria-label={`Remove rate ${index + 1}`}
          className="px-2"
          onClick={onRemove}
        >
          <Trash2 aria-hidden className="size-4" />
        </Button>
      </div>
      {weekdaysError && <p className="text-sm text-danger">{weekdaysError}</p>}
      {rate.weekdays.length === 0 && (
        <p className="text-sm text-muted">No day is chosen: it holds every day.</p>
      )}
      <div className="grid grid-cols-2 items-start gap-3 sm:grid-cols-3">
        <MinuteField
          label="From"
          first={0}
          value={rate.startMinute}
          error={errorOf("start_minute")}
          onChange={(startMinute) => {
            onChange({ ...rate, startMinute });
          }}
        />
        <MinuteField
          label="Until"
          first={15}
          value={rate.endMinute}
          error={errorOf("end_minute")}
          hint={rate.endMinute <= rate.startMinute ? "Of the next day" : undefined}
          onChange={(endMinute) => {
            onChange({ ...rate, endMinute });
          }}
        />
        <TextField
          label="Price a kWh"
          inputMode="decimal"
          value={rate.price}
          error={errorOf("price_per_kwh")}
          onChange={(event) => {
            onChange({ ...rate, price: event.target.value });
          }}
        />
      </div>
    </fieldset>
  );
}

interface MinuteProps {
  label: string;
  first: number;
  value: number;
  hint?: string | undefined;
  error: string | undefined;
  onChange: (minute: number) => void;
}

function MinuteField({ label, first, value, hint, error, onChange }: MinuteProps) {
  return (
    <SelectField
      label={label}
      value={value}
      hint={hint}
      error={error}
      onChange={(event) => {
        onChange(Number(event.target.value));
      }}
    >
      {quarterHours(first).map((minute) => (
        <option key={minute} value={minute}>
          {clockText(minute)}
        </option>
      ))}
    </SelectField>
  );
}

function newRate(rates: readonly RateDraft[]): RateDraft {
  return {
    key: Math.max(-1, ...rates.map((rate) => rate.key)) + 1,
    weekdays: [],
    startMinute: 0,
    endMinute: 7 * 60,
    price: "",
  };
}
