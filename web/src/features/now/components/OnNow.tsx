import { PlugZap } from "lucide-react";
import { Link } from "react-router";
import type { ApplianceState } from "../api/onNow";
import { Badge, type Tone } from "@/components/ui/Badge";
import { Message } from "@/components/ui/States";
import { SyntheticBadge } from "@/components/ui/SyntheticBadge";
import { applianceColour, applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { formatPower, formatShare } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";
import { useSyntheticAppliances } from "@/lib/models/synthetic";

/** What is on right now, and how sure that is. */
export function OnNow({ states }: { states: readonly ApplianceState[] }) {
  const synthetic = useSyntheticAppliances();
  if (states.length === 0) {
    return (
      <Message icon={PlugZap} title="Nothing is told apart yet">
        The models need about an hour of readings before they say what is on.
      </Message>
    );
  }
  return (
    <ul className="grid">
      {states.map((state) => (
        <Row
          key={state.applianceId}
          state={state}
          isSynthetic={state.source === "estimated" && synthetic.has(state.applianceId)}
        />
      ))}
    </ul>
  );
}

function Row({ state, isSynthetic }: { state: ApplianceState; isSynthetic: boolean }) {
  const { appliances, buildingId, zone } = useBuilding();
  const { isOn, powerW, onSinceMs } = state;
  return (
    <li className="flex min-h-13 items-center gap-3 border-t border-line py-2 first:border-t-0">
      <span
        aria-hidden
        className="size-2.5 shrink-0 rounded-full"
        style={{ background: isOn ? `var(${applianceColour(state.applianceId)})` : "var(--line)" }}
      />
      <div className="grid min-w-0 flex-1 justify-items-start gap-1">
        <p className={isOn ? "font-medium" : "text-muted"}>
          <Link
            to={`/buildings/${buildingId}/appliances/${state.applianceId}`}
            className="hover:text-accent-text hover:underline"
          >
            {applianceName(state.applianceId, appliances)}
          </Link>
        </p>
        {isOn && (
          <p className="text-sm text-muted tabular-nums">
            {formatPower(powerW)}
            {onSinceMs !== undefined && ` · since ${formatTime(onSinceMs, zone, "time")}`}
          </p>
        )}
        {isSynthetic && <SyntheticBadge />}
      </div>
      <span className="text-sm font-medium">{isOn ? "On" : "Off"}</span>
      <Sureness state={state} />
    </li>
  );
}

function Sureness({ state }: { state: ApplianceState }) {
  if (state.source === "measured") return <Badge>Measured</Badge>;
  const confidence = state.confidence ?? Number.NaN;
  if (Number.isNaN(confidence)) return <Badge>Unknown</Badge>;
  const tone: Tone = confidence >= 0.9 ? "good" : confidence >= 0.7 ? "neutral" : "warn";
  // Never said to be certain.
  return <Badge tone={tone}>{formatShare(Math.min(confidence, 0.99))} sure</Badge>;
}
