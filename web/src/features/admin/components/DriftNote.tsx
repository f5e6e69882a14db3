import { timestampMs } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@connectrpc/connect-query";
import { Badge, type Tone } from "@/components/ui/Badge";
import { Notice } from "@/components/ui/Notice";
import { Table } from "@/components/ui/Table";
import { DriftState, type DriftWeek } from "@/gen/nilm/inference/v1/model_drift_pb";
import { ModelService } from "@/gen/nilm/inference/v1/model_service_pb";
import { decimal, formatPower, formatShare } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";
import { problemOf } from "@/lib/rpc/problem";

const STATES: Record<DriftState, [Tone, string]> = {
  [DriftState.STEADY]: ["good", "Steady"],
  [DriftState.RETRAIN]: ["warn", "Retrain"],
  [DriftState.COLLECTING]: ["neutral", "Not yet known"],
  [DriftState.UNKNOWN]: ["neutral", "Unknown"],
  [DriftState.UNSPECIFIED]: ["neutral", "Unknown"],
};

/** Whether what a model meets is still what it was trained on, and what to do where it is not. */
export function DriftNote({ modelId, modelVersion }: { modelId: string; modelVersion: string }) {
  const query = useQuery(ModelService.method.getModelDrift, { modelId, modelVersion });
  if (query.isPending) return null;
  if (query.isError) return <Notice tone="warn">Drift: {problemOf(query.error).message}</Notice>;
  const { drift } = query.data;
  if (!drift) return null;
  const [tone, state] = STATES[drift.state];
  return (
    <div className="grid gap-2 text-sm">
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-muted">Drift since training</span>
        <Badge tone={tone}>{state}</Badge>
      </div>
      {drift.state === DriftState.RETRAIN ? (
        <Notice tone="warn">{drift.message}</Notice>
      ) : (
        <p>{drift.message}</p>
      )}
      {drift.weeks.length > 0 && (
        <details>
          <summary className="min-h-9 cursor-pointer py-1.5 font-medium">Week by week</summary>
          <WeekTable weeks={drift.weeks} title={`Drift of ${modelId} ${modelVersion}`} />
        </details>
      )}
    </div>
  );
}

function WeekTable({ weeks, title }: { weeks: readonly DriftWeek[]; title: string }) {
  return (
    <Table
      caption={title}
      rows={weeks}
      keyOf={msOf}
      columns={[
        { title: "Week of", cell: (week) => formatTime(msOf(week), "UTC", "dayAndYear") },
        { title: "Mains", isNumber: true, cell: (week) => index(week.mainsPsi) },
        { title: "Sureness", isNumber: true, cell: (week) => index(week.probabilityPsi) },
        { title: "Power", isNumber: true, cell: (week) => index(week.powerPsi) },
        { title: "Time on", isNumber: true, cell: (week) => formatShare(week.onShare, 1) },
        {
          title: "Mean power on",
          isNumber: true,
          cell: (week) => (week.meanOnPowerW === undefined ? "–" : formatPower(week.meanOnPowerW)),
        },
        { title: "Samples", isNumber: true, cell: (week) => decimal(Number(week.cellCount), 0) },
      ]}
    />
  );
}

function index(value: number | undefined): string {
  return value === undefined ? "–" : decimal(value, 2);
}

function msOf({ startTime }: DriftWeek): number {
  return startTime ? timestampMs(startTime) : 0;
}
