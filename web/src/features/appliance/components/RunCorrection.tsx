import { timestampMs } from "@bufbuild/protobuf/wkt";
import { useCorrect } from "../hooks/useCorrections";
import { Badge } from "@/components/ui/Badge";
import { Button } from "@/components/ui/Button";
import { Menu, MenuItem, MenuLine, MenuTitle } from "@/components/ui/Menu";
import { Notice } from "@/components/ui/Notice";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import { type Correction, Verdict } from "@/gen/nilm/telemetry/v1/correction_pb";
import type { ApplianceRun } from "@/gen/nilm/telemetry/v1/run_pb";
import { useBuilding } from "@/lib/building/context";
import { formatTime } from "@/lib/format/times";
import { problemOf } from "@/lib/rpc/problem";

interface Props {
  run: ApplianceRun;
  /** What was said of it. */
  correction: Correction | undefined;
}

/** Whether an estimated run is right: what was said, and a menu to say it. */
export function RunCorrection({ run, correction }: Props) {
  const { appliances, can, zone } = useBuilding();
  const correct = useCorrect();
  const said = correction && (
    <Badge tone={correction.verdict === Verdict.RAN ? "good" : "bad"}>
      {correction.verdict === Verdict.RAN ? "confirmed" : "did not run"}
    </Badge>
  );
  if (!can(Permission.READINGS_WRITE)) return said ?? null;
  const others = appliances.filter(({ applianceId }) => applianceId !== run.applianceId);
  const started = run.startTime ? formatTime(timestampMs(run.startTime), zone, "dayAndTime") : "";
  const act = (work: Promise<void>) => {
    work.catch(() => undefined); // the failure is shown below
  };
  return (
    <div className="grid justify-items-start gap-1">
      <div className="flex flex-wrap items-center gap-1.5">
        {said}
        <Menu
          trigger={
            <Button
              look="quiet"
              isSmall
              isBusy={correct.isBusy}
              aria-label={`${said ? "Change" : "Not right?"} ${started}`}
            >
              {said ? "Change" : "Not right?"}
            </Button>
          }
        >
          <MenuTitle>What your appliances are found by learns from this</MenuTitle>
          <MenuItem
            onSelect={() => {
              act(correct.confirm(run));
            }}
          >
            It did run
          </MenuItem>
          <MenuItem
            onSelect={() => {
              act(correct.reject(run));
            }}
          >
            It did not run
          </MenuItem>
          {others.length > 0 && <MenuLine />}
          {others.map(({ applianceId, displayName }) => (
            <MenuItem
              key={applianceId}
              onSelect={() => {
                act(correct.relabel(run, applianceId));
              }}
            >
              It was the {displayName.toLowerCase()}
            </MenuItem>
          ))}
          {correction && (
            <>
              <MenuLine />
              <MenuItem
                onSelect={() => {
                  act(correct.takeBack(correction));
                }}
              >
                Take back what was said
              </MenuItem>
            </>
          )}
        </Menu>
      </div>
      {correct.error && <Notice tone="bad">{problemOf(correct.error).message}</Notice>}
    </div>
  );
}
