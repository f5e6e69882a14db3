import { Swatch } from "@/components/charts/Swatch";
import type { Known } from "@/components/charts/fills";
import { SyntheticBadge } from "@/components/ui/SyntheticBadge";
import { applianceColour, applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { classes } from "@/lib/classes";
import { useSyntheticAppliances } from "@/lib/models/synthetic";

interface Props {
  parts: readonly { applianceId: string; known: Known }[];
  /** The one shown alone. */
  only: string | undefined;
  onOnly: (applianceId: string | undefined) => void;
}

const WORDS: Record<Known, string> = {
  measured: "measured",
  estimated: "estimated",
  unexplained: "",
};

/** Names the series; choosing one shows it alone, choosing it again shows all. */
export function Legend({ parts, only, onOnly }: Props) {
  const { appliances } = useBuilding();
  const synthetic = useSyntheticAppliances();
  return (
    <ul className="flex flex-wrap gap-1.5" aria-label="Series">
      {parts.map(({ applianceId, known }) => {
        const isOnly = only === applianceId;
        return (
          <li key={`${applianceId} ${known}`}>
            <button
              type="button"
              aria-pressed={isOnly}
              onClick={() => {
                onOnly(isOnly ? undefined : applianceId);
              }}
              className={classes(
                "inline-flex min-h-8 items-center gap-2 rounded-full border px-3 text-sm transition-colors hover:bg-sunken",
                isOnly ? "border-accent" : "border-line",
                only !== undefined && !isOnly && "text-muted",
              )}
            >
              <Swatch known={known} colour={applianceColour(applianceId)} />
              {applianceName(applianceId, appliances)}
              {WORDS[known] && <span className="text-xs text-muted">{WORDS[known]}</span>}
              {known === "estimated" && synthetic.has(applianceId) && <SyntheticBadge />}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
