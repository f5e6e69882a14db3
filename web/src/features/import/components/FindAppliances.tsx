import { useFindAppliances } from "../hooks/useFindAppliances";
import { Button } from "@/components/ui/Button";
import { Card } from "@/components/ui/Card";
import { Notice } from "@/components/ui/Notice";
import { Progress } from "@/components/ui/Progress";
import { useBuilding } from "@/lib/building/context";
import { problemOf } from "@/lib/rpc/problem";

const AFTER_LAST_MS = 60_000;

interface Props {
  /** Times of the first and the last imported reading. */
  firstTimeMs: number;
  lastTimeMs: number;
}

/** Has the models work on what was imported: by themselves they follow new readings alone. */
export function FindAppliances({ firstTimeMs, lastTimeMs }: Props) {
  const { buildingId } = useBuilding();
  const { status, fraction, error, start } = useFindAppliances(buildingId);
  const isUnderWay = status === "running" || status === "waiting";
  return (
    <Card
      title="Find the appliances"
      subtitle="The models work on what was imported; earlier estimates of that time are replaced."
      actions={
        (status === "idle" || status === "failed") && (
          <Button
            onClick={() => {
              start({ startMs: Math.floor(firstTimeMs), endMs: lastTimeMs + AFTER_LAST_MS });
            }}
          >
            {status === "failed" ? "Try again" : "Find the appliances"}
          </Button>
        )
      }
    >
      <div className="grid gap-4">
        {isUnderWay && <Progress label="Part of the time that is done" fraction={fraction} />}
        {status === "waiting" && (
          <Notice tone="warn">{problemOf(error).message} It goes on by itself.</Notice>
        )}
        {status === "failed" && <Notice tone="bad">{problemOf(error).message}</Notice>}
        {status === "done" && <Notice>The estimates are ready on the energy page.</Notice>}
      </div>
    </Card>
  );
}
