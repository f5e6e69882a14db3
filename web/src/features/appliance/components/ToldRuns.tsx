import { useState } from "react";
import { spanOf } from "../api/corrections";
import { useCorrect } from "../hooks/useCorrections";
import { Button } from "@/components/ui/Button";
import { List, ListRow } from "@/components/ui/List";
import { Notice } from "@/components/ui/Notice";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import type { Correction } from "@/gen/nilm/telemetry/v1/correction_pb";
import { useBuilding } from "@/lib/building/context";
import { formatDuration } from "@/lib/format/quantities";
import { formatSpan } from "@/lib/format/times";
import { problemOf } from "@/lib/rpc/problem";

/** How many show at first. */
const FEW = 5;

interface Props {
  /** What is said to have run beside the runs that are known. */
  told: readonly Correction[];
  /** Called once one of them is taken back. */
  onTakenBack: (run: string) => void;
}

/** What people say ran though no run of the table shows it, each to be taken back. */
export function ToldRuns({ told, onTakenBack }: Props) {
  const { can, zone } = useBuilding();
  const { isBusy, error, takeBack } = useCorrect();
  const [isAll, setIsAll] = useState(false);
  if (told.length === 0) return null;
  return (
    <div className="mt-5 border-t border-line pt-4">
      <h3 className="mb-3 text-sm font-semibold">Also said to have run</h3>
      <List label="Also said to have run">
        {told.slice(0, isAll ? undefined : FEW).map((each) => {
          const { startMs, endMs } = spanOf(each);
          const name = formatSpan(startMs, endMs, zone, "dayAndTime");
          return (
            <ListRow
              key={startMs}
              title={name}
              detail={formatDuration(endMs - startMs)}
              actions={
                can(Permission.READINGS_WRITE) && (
                  <Button
                    look="quiet"
                    isSmall
                    isBusy={isBusy}
                    aria-label={`Take back ${name}`}
                    onClick={() => {
                      takeBack(each).then(
                        () => {
                          onTakenBack(name);
                        },
                        () => undefined, // the failure is shown below
                      );
                    }}
                  >
                    Take back
                  </Button>
                )
              }
            />
          );
        })}
      </List>
      {error && <Notice tone="bad">{problemOf(error).message}</Notice>}
      {!isAll && told.length > FEW && (
        <div className="mt-3">
          <Button
            look="secondary"
            isSmall
            onClick={() => {
              setIsAll(true);
            }}
          >
            Show all {told.length}
          </Button>
        </div>
      )}
    </div>
  );
}
