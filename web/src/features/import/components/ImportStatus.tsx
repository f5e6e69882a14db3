import { Link } from "react-router";
import type { ImportProgress } from "../api/importRun";
import { importedRange } from "../api/importedRange";
import { UnreadableFileError } from "../api/source";
import type { ImportStatus as Status } from "../hooks/useImport";
import { buttonClasses } from "@/components/ui/Button";
import { Notice } from "@/components/ui/Notice";
import { Progress } from "@/components/ui/Progress";
import { Table } from "@/components/ui/Table";
import { decimal, formatShare } from "@/lib/format/quantities";
import { formatSpan } from "@/lib/format/times";
import { problemOf } from "@/lib/rpc/problem";

interface Props {
  status: Status;
  progress: ImportProgress;
  error: unknown;
  zone: string;
  /** Where the imported readings can be looked at. */
  energyPath: string;
}

/** How far the import is, and what became of its rows. */
export function ImportStatus({ status, progress, error, zone, energyPath }: Props) {
  if (status === "idle") return null;
  const { firstTimeMs, lastTimeMs, rejected, rejectedCount } = progress;
  return (
    <div className="grid gap-4">
      <div>
        <div className="mb-1.5 flex justify-between text-sm">
          <span>{TITLES[status]}</span>
          <span className="tabular-nums">{formatShare(progress.fraction)}</span>
        </div>
        <Progress label="Part of the file that is imported" fraction={progress.fraction} />
      </div>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 text-sm sm:grid-cols-4">
        <Figure title="Rows read" value={progress.rowCount} />
        <Figure title="Readings stored" value={progress.acceptedCount} />
        <Figure title="Gaps" value={progress.missingCount} />
        <Figure title="Rejected" value={rejectedCount} />
      </dl>
      {firstTimeMs !== undefined && lastTimeMs !== undefined && (
        <p className="text-sm text-muted">
          The readings are of {formatSpan(firstTimeMs, lastTimeMs, zone, "dayAndYear")}.
        </p>
      )}
      {status === "waiting" && (
        <Notice tone="warn">
          {problemOf(error).message} It goes on by itself; nothing is lost.
        </Notice>
      )}
      {status === "failed" && (
        <Notice tone="bad">
          {error instanceof UnreadableFileError ? error.message : problemOf(error).message} What was
          stored stays; it can go on from there.
        </Notice>
      )}
      {status === "done" && (
        <div className="flex flex-wrap items-center justify-between gap-3">
          <Notice>The file is imported.</Notice>
          <Link
            to={`${energyPath}?${importedRange(firstTimeMs, lastTimeMs, zone)}`}
            className={buttonClasses("secondary")}
          >
            See the energy
          </Link>
        </div>
      )}
      {rejectedCount > 0 && (
        <div className="grid gap-2">
          <h3 className="text-sm font-medium">
            {rejectedCount > rejected.length
              ? `Rejected rows, the first ${rejected.length}`
              : "Rejected rows"}
          </h3>
          <Table
            caption="Rejected rows"
            columns={[
              { title: "Row", cell: ({ row }) => decimal(row + 1, 0) },
              { title: "Why", cell: ({ message }) => message },
            ]}
            rows={rejected}
            keyOf={({ row }) => row}
          />
        </div>
      )}
    </div>
  );
}

const TITLES: Record<Exclude<Status, "idle">, string> = {
  running: "Importing; keep this page open",
  waiting: "Waiting for the server",
  stopped: "Stopped",
  failed: "It came to a halt",
  done: "Done",
};

function Figure({ title, value }: { title: string; value: number }) {
  return (
    <div>
      <dt className="text-muted">{title}</dt>
      <dd className="text-lg font-semibold tabular-nums">{decimal(value, 0)}</dd>
    </div>
  );
}
