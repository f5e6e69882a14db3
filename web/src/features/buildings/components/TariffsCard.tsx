import { useMutation, useQuery } from "@connectrpc/connect-query";
import { Plus, ReceiptText } from "lucide-react";
import { rateTimes, tariffIndexOn } from "../api/rates";
import { TariffForm } from "./TariffForm";
import { Badge } from "@/components/ui/Badge";
import { Card } from "@/components/ui/Card";
import { ConfirmButton } from "@/components/ui/ConfirmButton";
import { Edited } from "@/components/ui/Conflict";
import { DialogButton } from "@/components/ui/Dialog";
import { List, ListRow } from "@/components/ui/List";
import { Failure, Loading, Message, Skeleton } from "@/components/ui/States";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import type { Tariff } from "@/gen/nilm/buildings/v1/tariff_pb";
import { TariffService } from "@/gen/nilm/buildings/v1/tariff_service_pb";
import { SummaryService } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useBuilding } from "@/lib/building/context";
import { formatPrice } from "@/lib/format/prices";
import { formatTime } from "@/lib/format/times";
import { useInvalidate } from "@/lib/rpc/useInvalidate";
import { useNow } from "@/lib/time/useNow";
import { dayOf } from "@/lib/time/zone";

/** What energy costs, and from when; the newest first. */
export function TariffsCard() {
  const { buildingId, zone, can } = useBuilding();
  const today = dayOf(zone, useNow(60_000));
  const query = useQuery(TariffService.method.listTariffs, { buildingId, pageSize: 1000 });
  const isManager = can(Permission.BUILDING_MANAGE);
  const tariffs = query.data?.tariffs ?? [];
  const current = tariffs[tariffIndexOn(today, tariffs)];
  return (
    <Card
      title="Tariffs"
      subtitle="What energy costs; each holds until the next one begins"
      actions={
        isManager && (
          <DialogButton
            label={
              <>
                <Plus aria-hidden className="size-4" /> New tariff
              </>
            }
            title="New tariff"
          >
            {(close) => <TariffForm like={tariffs.at(-1)} onDone={close} />}
          </DialogButton>
        )
      }
    >
      {query.isPending && (
        <Loading label="Loading the tariffs">
          <Skeleton className="h-24" />
        </Loading>
      )}
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && tariffs.length === 0 && (
        <Message icon={ReceiptText} title="No tariff yet">
          Without one, energy is shown and its cost is not.
        </Message>
      )}
      <List label="Tariffs">
        {tariffs.toReversed().map((tariff) => (
          <ListRow
            key={tariff.tariffId}
            title={
              <>
                {tariff.displayName}
                {tariff === current && <Badge tone="good">Holds today</Badge>}
                {tariff.effectiveDate > today && <Badge>To come</Badge>}
              </>
            }
            detail={<TariffDetail tariff={tariff} />}
            actions={isManager && <TariffActions tariff={tariff} />}
          />
        ))}
      </List>
    </Card>
  );
}

function TariffDetail({ tariff }: { tariff: Tariff }) {
  const { currencyCode, rates, pricePerKwh, standingChargePerDay } = tariff;
  const from = formatTime(Date.parse(tariff.effectiveDate), "UTC", "dayAndYear");
  return (
    <div className="grid gap-0.5">
      <span>
        From {from} · {formatPrice(pricePerKwh, currencyCode)} a kWh
        {rates.length > 0 && " at other times"}
        {standingChargePerDay > 0 && ` · ${formatPrice(standingChargePerDay, currencyCode)} a day`}
      </span>
      {rates.map((rate, index) => (
        <span key={index}>
          {rateTimes(rate)}: {formatPrice(rate.pricePerKwh, currencyCode)} a kWh
        </span>
      ))}
    </div>
  );
}

function TariffActions({ tariff }: { tariff: Tariff }) {
  const { buildingId } = useBuilding();
  const invalidate = useInvalidate();
  const remove = useMutation(TariffService.method.deleteTariff);
  const { tariffId, displayName } = tariff;
  return (
    <>
      <DialogButton
        label="Edit"
        accessibleLabel={`Edit the tariff ${displayName}`}
        look="quiet"
        title="Edit the tariff"
        description="Costs that were shown before are counted anew."
      >
        {(close) => (
          <Edited thing={tariff}>
            {(base, renew) => <TariffForm tariff={base} onRenew={renew} onDone={close} />}
          </Edited>
        )}
      </DialogButton>
      <ConfirmButton
        label="Delete"
        accessibleLabel={`Delete the tariff ${displayName}`}
        look="quiet"
        question={`Delete the tariff “${displayName}”?`}
        consequence="Its days are counted by the tariff before it; without one they have no cost."
        confirmLabel="Delete the tariff"
        onConfirm={async () => {
          await remove.mutateAsync({ buildingId, tariffId });
          await invalidate(TariffService.method.listTariffs, SummaryService.method.getSummary);
        }}
      />
    </>
  );
}
