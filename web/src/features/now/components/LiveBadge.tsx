import type { LiveStatus } from "../hooks/useLiveView";
import { Badge, type Tone } from "@/components/ui/Badge";

const LOOKS: Record<LiveStatus, { tone: Tone; text: string }> = {
  connecting: { tone: "neutral", text: "Connecting" },
  live: { tone: "good", text: "Live" },
  reconnecting: { tone: "warn", text: "Reconnecting" },
  stale: { tone: "warn", text: "Stale" },
  failed: { tone: "bad", text: "Cut off" },
};

/** Tells whether what is shown is live. */
export function LiveBadge({ status }: { status: LiveStatus }) {
  const { tone, text } = LOOKS[status];
  return (
    <span role="status" data-testid="live-badge">
      <Badge tone={tone}>
        <span
          aria-hidden
          className={`size-1.5 rounded-full bg-current ${status === "live" ? "animate-pulse" : ""}`}
        />
        {text}
      </Badge>
    </span>
  );
}
