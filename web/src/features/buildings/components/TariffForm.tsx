import { callUnaryMethod, useMutation, useTransport } from "@connectrpc/connect-query";
import { useState } from "react";
import { numberOf, rateTimes, type RateDraft } from "../api/rates";
import { RateFields } from "./RateFields";
import { Button } from "@/components/ui/Button";
import { Conflict } from "@/components/ui/Conflict";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { TariffSchema, type Tariff } from "@/gen/nilm/buildings/v1/tariff_pb";
import { TariffService } from "@/gen/nilm/buildings/v1/tariff_service_pb";
import { SummaryService } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useBuilding } from "@/lib/building/context";
import { formatPrice } from "@/lib/format/prices";
import { formatTime } from "@/lib/format/times";
import { fieldErrors, textOf } from "@/lib/rpc/fields";
import { newRequestId } from "@/lib/rpc/requestId";
import { useGuardedUpdate } from "@/lib/rpc/useGuardedUpdate";
import { useInvalidate } from "@/lib/rpc/useInvalidate";
import { dayOf } from "@/lib/time/zone";

interface Props {
  /** The one to change; absent for a new one. */
  tariff?: Tariff;
  /** What a new one begins with: the currency and standing charge of another. */
  like?: Tariff | undefined;
  /** Begins the form anew with what somebody else made of it. */
  onRenew?: (theirs: Tariff) => void;
  onDone: () => void;
}

export function TariffForm({ tariff, like, onRenew, onDone }: Props) {
  const { buildingId, zone } = useBuilding();
  const [requestId] = useState(newRequestId);
  const [rates, setRates] = useState<readonly RateDraft[]>(() => draftsOf(tariff));
  const [today] = useState(() => dayOf(zone, Date.now()));
  const invalidate = useInvalidate();
  const transport = useTransport();
  const { createTariff, getTariff, listTariffs, updateTariff } = TariffService.method;
  const onChanged = () => invalidate(listTariffs, SummaryService.method.getSummary);
  const create = useMutation(createTariff, {
    onSuccess: async () => {
      await onChanged();
      onDone();
    },
  });
  const tariffId = tariff?.tariffId ?? "";
  const update = useGuardedUpdate({
    schema: TariffSchema,
    base: tariff,
    // The mask names the rates, so that none of them clears those that are there.
    update: (values, etag) =>
      callUnaryMethod(transport, updateTariff, {
        ...values,
        buildingId,
        tariffId,
        updateMask: ALL,
        etag,
      }),
    read: async () =>
      (await callUnaryMethod(transport, getTariff, { buildingId, tariffId })).tariff,
    onChanged,
    onDone,
  });
  const call = tariff ? update : create;
  const errors = fieldErrors(call.error);
  const { theirs } = update;
  const start = tariff ?? like;
  return (
    <Form
      fields={[...FIELDS, ...rates.flatMap((_, index) => rateFields(index))]}
      call={call}
      notice={
        tariff &&
        theirs && (
          <Conflict
            base={tariff}
            theirs={theirs}
            describe={describeTariff}
            onTakeTheirs={() => onRenew?.(theirs)}
          />
        )
      }
      onSubmit={(form) => {
        const values = {
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
        if (tariff) update.mutate(values);
        else create.mutate({ ...values, buildingId, requestId });
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
        <Button type="submit" isBusy={call.isPending}>
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

function describeTariff(tariff: Tariff) {
  const { currencyCode, displayName, effectiveDate, rates } = tariff;
  const price = (amount: number) => formatPrice(amount, currencyCode);
  return {
    Name: displayName,
    "First day": formatTime(Date.parse(effectiveDate), "UTC", "dayAndYear"),
    "Price a kWh": price(tariff.pricePerKwh),
    "Standing charge a day": price(tariff.standingChargePerDay),
    "Other rates": rates.map((rate) => `${rateTimes(rate)} ${price(rate.pricePerKwh)}`).join("; "),
  };
}
