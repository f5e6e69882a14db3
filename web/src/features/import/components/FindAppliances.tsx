import { useStartJobs } from "../hooks/useStartJobs";
import { Button } from "@/components/ui/Button";
import { Card } from "@/components/ui/Card";
import { Notice } from "@/components/ui/Notice";
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
  const { mutate, isPending, isSuccess, error } = useStartJobs(buildingId);
  return (
    <Card
      title="Find the appliances"
      subtitle="The models work on what was imported; earlier estimates of that time are replaced."
      actions={
        !isSuccess && (
          <Button
            isBusy={isPending}
            onClick={() => {
              mutate({ startMs: Math.floor(firstTimeMs), endMs: lastTimeMs + AFTER_LAST_MS });
            }}
          >
            {error ? "Try again" : "Find the appliances"}
          </Button>
        )
      }
    >
      {error && <Notice tone="bad">{problemOf(error).message}</Notice>}
      {isSuccess && <Notice>The server works on it; you may leave this page.</Notice>}
    </Card>
  );
}
