import { useMutation } from "@connectrpc/connect-query";
import { useState } from "react";
import { numberOf, type RateDraft } from "../api/rates";
import { RateFields } from "./RateFields";
import { Button } from "@/components/ui/Button";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import type { Tariff } from "@/gen/nilm/buildings/v1/tariff_pb";
import { TariffService } from "@/gen/nilm/buildings/v1/tariff_service_pb";
import { SummaryService } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useBuilding } from "@/lib/building/context";
import { fieldErrors, textOf } from "@/lib/rpc/fields";
import { newRequestId } from "@/lib/rpc/requestId";
import { useInvalidate } from "@/lib/rpc/useInvalidate";
import { dayOf } from "@/lib/time/zone";

interface Props {
  /** The one to change; absent for a new one. */
  tariff?: Tariff;
  /** What a new one begins with: the currency and standing charge of another. */
  like?: Tariff | undefined;
  onDone: () => void;
}

export function TariffForm({ tariff, like, onDone }: Props) {
  const { buildingId, zone } = useBuilding();
  const [requestId] = useState(newRequestId);
  const [rates, setRates] = useState<readonly RateDraft[]>(() => draftsOf(tariff));
  const [today] = useState(() => dayOf(zone, Date.now()));
  const invalidate = useInvalidate();
  const onSuccess = async () => {
    await invalidate(TariffService.method.listTariffs, SummaryService.method.getSummary);
    onDone();
  };
  const create = useMutation(TariffService.method.createTariff, { onSuccess });
  const update = useMutation(TariffService.method.updateTariff, { onSuccess });
  const { error, isPending } = tariff ? update : create;
  const errors = fieldErrors(error);
  const start = tariff ?? like;
  return (
    <Form
      fields={[...FIELDS, ...rates.flatMap((_, index) => rateFields(index))]}
      error={error}
      onSubmit={(form) => {
        const values = {
          buildingId,
          displayName: textOf(form, "display_name"),
          effectiveDate: textOf(form, "effective_date"),
          currencyCode: textOf(form, "currency_code").toUpperCase(),
          pricePerKwh: numberOf(textOf(form, "price_per_kwh")),
          standingChargePerDay: numberOf(textOf(form, "standing_charge_per_day") || "0"),
          rates: rates.map(({ weekdays, startMinute, endMinute, price }) => ({
            weekdays: [...weekdays],
            startMinute,
            endMinute,
            pricePerKwh: numberOf(price),
          })),
        };
        // The mask names the rates, so that none of them clears those that are there.
        if (tariff) update.mutate({ ...values, tariffId: tariff.tariffId, updateMask: ALL });
        else create.mutate({ ...values, requestId });
      }}
    >
      <TextField
        label="Name"
        name="display_name"
        defaultValue={tariff?.displayName}
        error={errors.display_name}
      />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextField
          label="First day"
          name="effective_date"
          type="date"
          defaultValue={tariff?.effectiveDate ?? today}
          error={errors.effective_date}
        />
        <TextField
          label="Currency"
          name="currency_code"
          hint="Three letters, such as GBP."
          maxLength={3}
          autoCapitalize="characters"
          spellCheck={false}
          defaultValue={start?.currencyCode}
          error={errors.currency_code}
        />
        <TextField
          label="Price a kWh"
          name="price_per_kwh"
          inputMode="decimal"
          hint="Where no rate below applies."
          defaultValue={tariff?.pricePerKwh}
          error={errors.price_per_kwh}
        />
        <TextField
          label="Standing charge a day"
          name="standing_charge_per_day"
          inputMode="decimal"
          defaultValue={start?.standingChargePerDay ?? 0}
          error={errors.standing_charge_per_day}
        />
      </div>
      <RateFields rates={rates} zone={zone} errors={errors} onChange={setRates} />
      <div>
        <Button type="submit" isBusy={isPending}>
          {tariff ? "Save" : "Add the tariff"}
        </Button>
      </div>
    </Form>
  );
}

const ALL = { paths: ["*"] };
const FIELDS = [
  "display_name",
  "effective_date",
  "currency_code",
  "price_per_kwh",
  "standing_charge_per_day",
];

function rateFields(index: number): string[] {
  const names = ["weekdays", "start_minute", "end_minute", "price_per_kwh"];
  return names.map((name) => `rates[${index}].${name}`);
}

function draftsOf(tariff: Tariff | undefined): RateDraft[] {
  return (tariff?.rates ?? []).map((rate, key) => ({
    key,
    weekdays: rate.weekdays,
    startMinute: rate.startMinute,
    endMinute: rate.endMinute,
    price: String(rate.pricePerKwh),
  }));
}
