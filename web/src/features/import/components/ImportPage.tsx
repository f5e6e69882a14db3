import { Gauge, Lock } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { openSource, type Source } from "../api/source";
import { ApplianceJobs } from "./ApplianceJobs";
import { FilePicker } from "./FilePicker";
import { ImportFile } from "./ImportFile";
import { buttonClasses } from "@/components/ui/Button";
import { Card } from "@/components/ui/Card";
import { Notice } from "@/components/ui/Notice";
import { Page } from "@/components/ui/Page";
import { Message } from "@/components/ui/States";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import { MeterKind } from "@/gen/nilm/buildings/v1/meter_pb";
import { useBuilding } from "@/lib/building/context";

export default function ImportPage() {
  const { building, meters, can } = useBuilding();
  const targets = meters
    .filter((meter) => meter.kind !== MeterKind.SIMULATED_TRUTH)
    .sort((a, b) => a.kind - b.kind || a.displayName.localeCompare(b.displayName));
  return (
    <Page title="Import readings" subtitle={building.displayName}>
      {!can(Permission.READINGS_WRITE) ? (
        <Message icon={Lock} title="You may not import readings here">
          Wardens and managers of the building may.
        </Message>
      ) : targets.length === 0 ? (
        <Message
          icon={Gauge}
          title="No meter to import for"
          action={
            can(Permission.BUILDING_MANAGE) && (
              <Link to="../settings" className={buttonClasses()}>
                Add a meter
              </Link>
            )
          }
        >
          Readings belong to a meter, and the building has none yet.
        </Message>
      ) : (
        <>
          <Importer meters={targets} />
          <ApplianceJobs />
        </>
      )}
    </Page>
  );
}

function Importer({ meters }: { meters: Parameters<typeof ImportFile>[0]["meters"] }) {
  const [source, setSource] = useState<Source>();
  const [error, setError] = useState<string>();

  const open = async (file: File) => {
    setError(undefined);
    try {
      setSource(await openSource(file));
    } catch (failure) {
      const detail = failure instanceof Error ? failure.message : String(failure);
      setError(`${file.name} cannot be opened. ${detail}`);
    }
  };

  if (source) {
    return (
      <ImportFile
        source={source}
        meters={meters}
        onOtherFile={() => {
          setSource(undefined);
        }}
      />
    );
  }
  return (
    <Card title="File" subtitle="It is read in this browser and written part by part.">
      <div className="grid gap-4">
        {error && <Notice tone="bad">{error}</Notice>}
        <FilePicker onFile={(file) => void open(file)} />
      </div>
    </Card>
  );
}
