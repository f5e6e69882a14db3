import { timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { Timer } from "lucide-react";
import { useRef, useState } from "react";
import { Link } from "react-router";
import { correctionOf, toldBeside } from "../api/corrections";
import type { Span } from "../api/period";
import { useCorrections } from "../hooks/useCorrections";
import { useRuns } from "../hooks/useRuns";
import { AddRunButton } from "./AddRunButton";
import { RunCorrection } from "./RunCorrection";
import { ToldRuns } from "./ToldRuns";
import { Badge } from "@/components/ui/Badge";
import { Button, buttonClasses } from "@/components/ui/Button";
import { Card } from "@/components/ui/Card";
import { Notice } from "@/components/ui/Notice";
import { Segmented } from "@/components/ui/Segmented";
import { Failure, Loading, Message, Skeleton } from "@/components/ui/States";
import { Table } from "@/components/ui/Table";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import type { Correction } from "@/gen/nilm/telemetry/v1/correction_pb";
import type { ApplianceRun } from "@/gen/nilm/telemetry/v1/run_pb";
import { RunOrder, type ListApplianceRunsResponse } from "@/gen/nilm/telemetry/v1/run_service_pb";
import { EnergySource } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useBuilding } from "@/lib/building/context";
import { LITTLE_COVERAGE } from "@/lib/coverage";
import {
  decimal,
  formatDuration,
  formatEnergy,
  formatMoney,
  formatPower,
  formatShare,
} from "@/lib/format/quantities";
import { formatSpan, formatTime } from "@/lib/format/times";
import { problemOf } from "@/lib/rpc/problem";
import { durationMs } from "@/lib/time/duration";

const ORDERS = [
  { value: "newest", label: "Newest", order: RunOrder.NEWEST },
  { value: "longest", label: "Longest", order: RunOrder.LONGEST },
  { value: "energy", label: "Most energy", order: RunOrder.MOST_ENERGY },
] as const;

interface Props {
  applianceId: string;
  span: Span;
  /** Whether a meter of its own measures it: then nobody has to tell of its runs. */
  isMeasured: boolean;
}

/** The runs that start in a span, in an order of choice, and what people say of them. */
export function RunsCard({ applianceId, span, isMeasured }: Props) {
  const { can, zone } = useBuilding();
  const [noted, setNoted] = useState("");
  const notice = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<(typeof ORDERS)[number]>(ORDERS[0]);
  const query = useRuns(applianceId, span, chosen.order);
  const corrections = useCorrections(applianceId, span);
  const pages = query.data?.pages ?? [];
  const [first] = pages;
  const runs = pages.flatMap((page) => page.runs);
  return (
    <Card
      title="Runs"
      subtitle={first && <span data-testid="run-count">{countOf(first)}</span>}
      actions={
        <div className="flex flex-wrap gap-2">
          <Segmented
            label="Order of the runs"
            value={chosen.value}
            options={ORDERS}
            onChange={(value) => {
              setChosen(ORDERS.find((each) => each.value === value) ?? ORDERS[0]);
            }}
          />
          {!isMeasured && can(Permission.READINGS_WRITE) && (
            <AddRunButton
              applianceId={applianceId}
              onAdded={({ startMs, endMs }) => {
                setNoted(`Noted that it ran ${formatSpan(startMs, endMs, zone, "dayAndTime")}.`);
              }}
            />
          )}
        </div>
      }
    >
      <div ref={notice} tabIndex={-1} className={noted && "mb-3"}>
        {noted && <Notice>{noted}</Notice>}
      </div>
      {query.isError && !first ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : !first ? (
        <Loading label="Loading the runs">
          <Skeleton className="h-96" />
        </Loading>
      ) : first.runCount === 0 ? (
        <NoRuns coverage={first.coverage} />
      ) : (
        <div
          className={
            query.isPlaceholderData ? "opacity-60 transition-opacity" : "transition-opacity"
          }
        >
          <Coverage coverage={first.coverage} />
          <RunTable runs={runs} corrections={corrections} />
          {query.isFetchNextPageError && (
            <Notice tone="bad">{problemOf(query.error).message}</Notice>
          )}
          {query.hasNextPage && (
            <div className="mt-3">
              <Button
                look="secondary"
                isSmall
                isBusy={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {query.isFetchingNextPage ? "Loading…" : "Show more runs"}
              </Button>
            </div>
          )}
        </div>
      )}
      {first && (
        <ToldRuns
          told={toldBeside(runs, corrections, span)}
          onTakenBack={(run) => {
            setNoted(`Took back that it ran ${run}.`);
            notice.current?.focus(); // the button that had it is gone
          }}
        />
      )}
    </Card>
  );
}

function countOf({ runCount, bridgedPause }: ListApplianceRunsResponse): string {
  const runs = runCount === 1 ? "1 run" : `${decimal(runCount, 0)} runs`;
  const pause = formatDuration(durationMs(bridgedPause));
  return `${runs}; pauses of up to ${pause} are part of a run`;
}

function Coverage({ coverage }: { coverage: number }) {
  if (coverage >= LITTLE_COVERAGE) return null;
  return (
    <div className="mb-3">
      <Notice tone="warn">
        Only {formatShare(coverage)} of this time is measured or estimated; runs in the rest are not
        known.
      </Notice>
    </div>
  );
}

function NoRuns({ coverage }: { coverage: number }) {
  const { buildingId, can } = useBuilding();
  if (coverage > 0) {
    return (
      <Message icon={Timer} title="It did not run in this time">
        {formatShare(coverage)} of this time is measured or estimated. Look further back to find its
        last run.
      </Message>
    );
  }
  return (
    <Message
      icon={Timer}
      title="Nothing is known of it in this time"
      action={
        can(Permission.READINGS_WRITE) && (
          <Link to={`/buildings/${buildingId}/import`} className={buttonClasses("secondary")}>
            Import readings
          </Link>
        )
      }
    >
      Its runs show here once a meter of its own has readings, or a model has searched the mains for
      it. Import readings of these days, or look further back.
    </Message>
  );
}

interface RunTableProps {
  runs: readonly ApplianceRun[];
  corrections: readonly Correction[];
}

function RunTable({ runs, corrections }: RunTableProps) {
  const { zone } = useBuilding();
  return (
    <Table
      caption="Runs"
      rows={runs}
      keyOf={(run) => `${run.source} ${msOf(run.startTime)}`}
      columns={[
        {
          title: "Started",
          cell: (run) => (
            <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <span className="whitespace-nowrap">
                {formatTime(msOf(run.startTime), zone, "dayAndTime")}
              </span>
              <CutBadge run={run} />
            </span>
          ),
        },
        {
          title: "Length",
          isNumber: true,
          cell: (run) => formatDuration(msOf(run.endTime) - msOf(run.startTime)),
        },
        { title: "Energy", isNumber: true, cell: (run) => formatEnergy(run.energyKwh) },
        {
          title: "Cost",
          isNumber: true,
          cell: (run) =>
            run.energyCost === undefined ? "–" : formatMoney(run.energyCost, run.currencyCode),
        },
        { title: "Peak", isNumber: true, cell: (run) => formatPower(run.peakW) },
        {
          title: "Sureness",
          isNumber: true,
          cell: (run) =>
            run.source === EnergySource.MEASURED
              ? "measured"
              : run.meanConfidence === undefined
                ? "–"
                : formatShare(run.meanConfidence),
        },
        {
          title: "Right?",
          cell: (run) =>
            run.source !== EnergySource.MEASURED && (
              <RunCorrection run={run} correction={correctionOf(run, corrections)} />
            ),
        },
      ]}
    />
  );
}

function CutBadge({ run: { startIsCut, endIsCut } }: { run: ApplianceRun }) {
  if (startIsCut && endIsCut) return <Badge>may be longer</Badge>;
  if (startIsCut) return <Badge>may have begun earlier</Badge>;
  if (endIsCut) return <Badge>may go on</Badge>;
  return null;
}

function msOf(time: Timestamp | undefined): number {
  return time ? timestampMs(time) : 0;
}
