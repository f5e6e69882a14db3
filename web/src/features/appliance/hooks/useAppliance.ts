import { useMemo } from "react";
import { useParams, useSearchParams } from "react-router";
import { lastDays, lastMonths, readLength, type Length, type Span } from "../api/period";
import { MeterKind, type Meter } from "@/gen/nilm/buildings/v1/meter_pb";
import { applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { useNow } from "@/lib/time/useNow";

interface ApplianceView {
  applianceId: string;
  name: string;
  /** The meter that measures it alone; undefined where a model estimates it. */
  meter: Meter | undefined;
  /** How far the page looks back, held in its address. */
  length: Length;
  setLength: (length: Length) => void;
  span: Span;
  /** The months of the trend. */
  months: Span;
  nowMs: number;
}

const DAY_MS = 86_400_000;

/** Returns the appliance that the page is about, and the time that it looks at. */
export function useAppliance(): ApplianceView {
  const { applianceId = "" } = useParams();
  const { appliances, meters, zone } = useBuilding();
  const [search, setSearch] = useSearchParams();
  const nowMs = useNow(60_000);
  const length = readLength(search);
  const hour = Math.floor(nowMs / (DAY_MS / 24));
  const spans = useMemo(() => {
    const hourMs = (hour * DAY_MS) / 24;
    return { span: lastDays(length, zone, hourMs), months: lastMonths(zone, hourMs) };
  }, [length, zone, hour]);
  return {
    applianceId,
    name: applianceName(applianceId, appliances),
    meter: meters.find(
      (meter) => meter.kind === MeterKind.APPLIANCE && meter.applianceId === applianceId,
    ),
    length,
    setLength: (next) => {
      setSearch(
        (before) => {
          const changed = new URLSearchParams(before);
          changed.set("days", next);
          return changed;
        },
        { replace: true },
      );
    },
    ...spans,
    nowMs,
  };
}
