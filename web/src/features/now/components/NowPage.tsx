import { Gauge } from "lucide-react";
import { useToday } from "../hooks/useToday";
import { BaseloadCard } from "./BaseloadCard";
import { LivePanel } from "./LivePanel";
import { TodayCard } from "./TodayCard";
import { Page } from "@/components/ui/Page";
import { Message } from "@/components/ui/States";
import { useBuilding } from "@/lib/building/context";
import { formatTime, formatZone } from "@/lib/format/times";
import { useNow } from "@/lib/time/useNow";

export default function NowPage() {
  const { building, mains, zone } = useBuilding();
  const today = useToday();
  const nowMs = useNow(60_000);
  return (
    <Page
      title="Now"
      subtitle={`${building.displayName} · ${formatTime(nowMs, zone, "day")} · times in ${formatZone(zone, nowMs)}`}
    >
      {mains ? (
        <LivePanel
          mainsId={mains.meterId}
          aside={
            <>
              <TodayCard today={today} />
              <BaseloadCard week={today.week} />
            </>
          }
        />
      ) : (
        <Message icon={Gauge} title="This building has no meter yet">
          Add the meter that measures the whole building, and its power shows here as it comes.
        </Message>
      )}
    </Page>
  );
}
