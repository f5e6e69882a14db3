import type { LiveAppliance } from "../api/split";
import { Swatch } from "@/components/charts/Swatch";
import type { Known } from "@/components/charts/fills";
import { SyntheticBadge } from "@/components/ui/SyntheticBadge";
import { applianceColour, applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { formatPower, formatShare } from "@/lib/format/quantities";
import { useSyntheticAppliances } from "@/lib/models/synthetic";
import { splitTotal } from "@/lib/readings/split";

interface Props {
  totalW: number;
  /** The instant that the parts are of: the newest one that the models have judged. */
  asOfMs: number;
  appliances: readonly LiveAppliance[];
}

/** What the present total is made of. */
export function SplitList({ totalW, asOfMs, appliances }: Props) {
  const { appliances: known } = useBuilding();
  const synthetic = useSyntheticAppliances();
  const split = splitTotal(
    totalW,
    appliances.map((appliance) => appliance.at(asOfMs)),
  );
  const parts: { id: string; known: Known; powerW: number }[] = [
    ...appliances
      .map(({ applianceId, source }, row) => ({
        id: applianceId,
        known: source,
        powerW: split.parts[row] ?? 0,
      }))
      .filter((part) => part.powerW >= 0.5)
      .sort((a, b) => b.powerW - a.powerW),
    { id: "", known: "unexplained", powerW: split.unexplained },
  ];
  return (
    <ul className="grid gap-3">
      {parts.map((part) => {
        const share = totalW > 0 ? part.powerW / totalW : 0;
        return (
          <li key={part.id} className="grid gap-1.5">
            <div className="flex items-center gap-2 text-sm">
              <Swatch known={part.known} colour={applianceColour(part.id)} />
              <span className="min-w-0 flex-1 truncate">
                {applianceName(part.id, known)}
                <span className="sr-only">, {part.known}</span>
              </span>
              {part.known === "estimated" && synthetic.has(part.id) && <SyntheticBadge />}
              <span className="font-medium tabular-nums">{formatPower(part.powerW)}</span>
              <span className="w-11 text-right text-muted tabular-nums">{formatShare(share)}</span>
            </div>
            <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-sunken">
              <div
                className="h-full rounded-full transition-[width] duration-500"
                style={{
                  width: `${Math.min(100, share * 100)}%`,
                  background: `var(${applianceColour(part.id)})`,
                }}
              />
            </div>
          </li>
        );
      })}
    </ul>
  );
}
