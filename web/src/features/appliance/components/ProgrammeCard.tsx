import { WashingMachine } from "lucide-react";
import { useMemo, useState } from "react";
import type { Span } from "../api/period";
import { programmeOption, programmeSentence } from "../api/programme";
import { useProgramme } from "../hooks/useRuns";
import { EChart } from "@/components/charts/EChart";
import { useColours } from "@/components/charts/colours";
import { Card } from "@/components/ui/Card";
import { Failure, Loading, Message, Skeleton } from "@/components/ui/States";
import { Table } from "@/components/ui/Table";
import { TableButton } from "@/components/ui/TableButton";
import type { TypicalProgramme } from "@/gen/nilm/telemetry/v1/run_pb";
import { formatDuration, formatPower } from "@/lib/format/quantities";
import { durationMs } from "@/lib/time/duration";

/** What a typical run looks like: the median of the newest ones, and the middle half of them. */
export function ProgrammeCard({ applianceId, span }: { applianceId: string; span: Span }) {
  const [isTable, setIsTable] = useState(false);
  const query = useProgramme(applianceId, span);
  const programme = query.data?.programme;
  return (
    <Card
      title="Typical run"
      subtitle={
        programme &&
        `${programme.runCount} runs, one point every ${formatDuration(durationMs(programme.samplePeriod))}; the band is their middle half`
      }
      actions={programme && <TableButton isTable={isTable} onChange={setIsTable} />}
    >
      {query.isError && !query.data ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : !query.data ? (
        <Loading label="Loading the typical run">
          <Skeleton className="h-56" />
        </Loading>
      ) : !programme ? (
        <Message icon={WashingMachine} title="Too few runs for a typical one">
          It takes three runs that are known from start to end. Look further back, or wait for more.
        </Message>
      ) : isTable ? (
        <ProgrammeTable programme={programme} />
      ) : (
        <ProgrammeChart applianceId={applianceId} programme={programme} />
      )}
    </Card>
  );
}

interface ChartProps {
  applianceId: string;
  programme: TypicalProgramme;
}

function ProgrammeChart({ applianceId, programme }: ChartProps) {
  const colours = useColours();
  const [hoveredMs, setHoveredMs] = useState<number>();
  const option = useMemo(
    () => programmeOption(programme, { applianceId, colours }),
    [programme, applianceId, colours],
  );
  const periodMs = durationMs(programme.samplePeriod);
  const sentence = programmeSentence(programme);
  const cell = hoveredMs === undefined ? -1 : Math.floor(hoveredMs / periodMs);
  const medianW = programme.medianW[cell];
  return (
    <>
      <EChart option={option} label={sentence} className="h-56" onHover={setHoveredMs} />
      <p className="mt-2 min-h-5 text-sm tabular-nums">
        {medianW === undefined ? (
          <span className="text-muted">{sentence}</span>
        ) : (
          <>
            <span className="font-medium">
              After {formatDuration(cell * periodMs)}: {formatPower(medianW)}
            </span>
            <span className="text-muted">
              {` · half of the runs from ${formatPower(programme.lowerQuartileW[cell] ?? 0)} to ${formatPower(programme.upperQuartileW[cell] ?? 0)}`}
            </span>
          </>
        )}
      </p>
    </>
  );
}

function ProgrammeTable({ programme }: { programme: TypicalProgramme }) {
  const periodMs = durationMs(programme.samplePeriod);
  return (
    <Table
      caption="Power of a typical run"
      rows={[...programme.medianW.keys()]}
      keyOf={(cell) => cell}
      columns={[
        { title: "After", cell: (cell) => formatDuration(cell * periodMs) },
        {
          title: "Lower quartile",
          isNumber: true,
          cell: (cell) => formatPower(programme.lowerQuartileW[cell] ?? 0),
        },
        {
          title: "Median",
          isNumber: true,
          cell: (cell) => formatPower(programme.medianW[cell] ?? 0),
        },
        {
          title: "Upper quartile",
          isNumber: true,
          cell: (cell) => formatPower(programme.upperQuartileW[cell] ?? 0),
        },
      ]}
    />
  );
}
