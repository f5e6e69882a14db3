import { useState } from "react";
import { suggestMapping } from "../api/rows";
import type { Source } from "../api/source";
import { useImport } from "../hooks/useImport";
import { FindAppliances } from "./FindAppliances";
import { ImportStatus } from "./ImportStatus";
import { MappingForm } from "./MappingForm";
import { Preview } from "./Preview";
import { Button } from "@/components/ui/Button";
import { Card } from "@/components/ui/Card";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import type { Meter } from "@/gen/nilm/buildings/v1/meter_pb";
import { useBuilding } from "@/lib/building/context";
import { formatZone } from "@/lib/format/times";
import { useNow } from "@/lib/time/useNow";

interface Props {
  source: Source;
  /** The meters that readings can be written for. */
  meters: readonly Meter[];
  onOtherFile: () => void;
}

/** An opened file: how it is read, what that gives, and its import. */
export function ImportFile({ source, meters, onOtherFile }: Props) {
  const { buildingId, zone, mains, can } = useBuilding();
  const nowMs = useNow(60_000);
  const [mapping, setMapping] = useState(() => suggestMapping(source.columns, zone));
  const [meterId, setMeterId] = useState(meters[0]?.meterId ?? "");
  const run = useImport(buildingId, source, mapping, meterId);
  const isBegun = run.status !== "idle";
  const isDone = run.status === "done";
  const { firstTimeMs, lastTimeMs } = run.progress;
  const canFind = meterId === mains?.meterId && can(Permission.PREDICTIONS_WRITE);
  const canGoOn = run.status === "stopped" || run.status === "failed";
  return (
    <>
      <Card
        title={source.fileName}
        subtitle="Which columns to read, and how"
        actions={
          !run.isUnderWay && (
            <Button look="secondary" isSmall onClick={onOtherFile}>
              Another file
            </Button>
          )
        }
      >
        <MappingForm
          columns={source.columns}
          meters={meters}
          mapping={mapping}
          meterId={meterId}
          isDisabled={isBegun}
          onMapping={setMapping}
          onMeter={setMeterId}
        />
      </Card>
      <Card
        title="Import"
        subtitle="A reading that is there already is replaced, so a file may be imported again."
        actions={
          run.isUnderWay ? (
            <Button look="secondary" onClick={run.stop}>
              Stop
            </Button>
          ) : (
            !isDone && <Button onClick={run.start}>{canGoOn ? "Go on" : "Import the file"}</Button>
          )
        }
      >
        <ImportStatus
          status={run.status}
          progress={run.progress}
          error={run.error}
          zone={zone}
          energyPath={`/buildings/${buildingId}/energy`}
        />
      </Card>
      {isDone && canFind && firstTimeMs !== undefined && lastTimeMs !== undefined && (
        <FindAppliances firstTimeMs={firstTimeMs} lastTimeMs={lastTimeMs} />
      )}
      {!isBegun && (
        <Card title="The first rows" subtitle={`Times as read are in ${formatZone(zone, nowMs)}.`}>
          <Preview source={source} mapping={mapping} zone={zone} />
        </Card>
      )}
    </>
  );
}
