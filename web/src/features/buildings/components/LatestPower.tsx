import type { Latest } from "../hooks/useLatestReadings";
import { Badge } from "@/components/ui/Badge";
import { formatDuration, formatPower } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";
import { useNow } from "@/lib/time/useNow";
import { browserZone } from "@/lib/time/zones";

const FRESH_MS = 120_000;
const OLD_MS = 30 * 86_400_000;

/** A meter's newest power, and how old it is where it is not of now. */
export function LatestPower({ latest }: { latest: Latest | undefined }) {
  const nowMs = useNow(5_000);
  if (!latest) return <Badge>No readings yet</Badge>;
  const ageMs = nowMs - latest.timeMs;
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <span className="font-semibold">{formatPower(latest.powerW)}</span>
      {ageMs > FRESH_MS && <Badge tone="warn">{ageText(ageMs, latest.timeMs)}</Badge>}
    </span>
  );
}

function ageText(ageMs: number, timeMs: number): string {
  return ageMs > OLD_MS
    ? `on ${formatTime(timeMs, browserZone(), "dayAndYear")}`
    : `${formatDuration(ageMs)} ago`;
}
