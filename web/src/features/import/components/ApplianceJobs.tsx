import { timestampMs } from "@bufbuild/protobuf/wkt";
import { isOpen } from "../api/jobs";
import { useApplianceJobs } from "../hooks/useApplianceJobs";
import { Button } from "@/components/ui/Button";
import { Card } from "@/components/ui/Card";
import { Notice } from "@/components/ui/Notice";
import { Progress } from "@/components/ui/Progress";
import { Failure } from "@/components/ui/States";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import { JobState, type DisaggregationJob } from "@/gen/nilm/inference/v1/job_pb";
import { useBuilding } from "@/lib/building/context";
import { formatShare } from "@/lib/format/quantities";
import { formatSpan } from "@/lib/format/times";
import { problemOf } from "@/lib/rpc/problem";

const TITLE = "Finding appliances";

/** How far the server is with finding appliances in past readings; nothing where it does not. */
export function ApplianceJobs() {
  const { buildingId, can } = useBuilding();
  const { jobs, listError, error, refetch, cancel } = useApplianceJobs(buildingId);
  if (listError) {
    return (
      <Card title={TITLE}>
        <Failure error={listError} onRetry={refetch} />
      </Card>
    );
  }
  if (jobs.length === 0) return null;
  return (
    <Card
      title={TITLE}
      subtitle="The server works on past readings, whether or not this page is open."
    >
      <div className="grid gap-4">
        {error && <Notice tone="warn">{problemOf(error).message}</Notice>}
        <ul className="grid gap-4">
          {jobs.map((job) => (
            <li key={job.jobId}>
              <Job
                job={job}
                onCancel={
                  can(Permission.PREDICTIONS_WRITE)
                    ? () => {
                        cancel(job.jobId);
                      }
                    : undefined
                }
              />
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}

interface Props {
  job: DisaggregationJob;
  /** Absent where it may not be cancelled. */
  onCancel: (() => void) | undefined;
}

function Job({ job, onCancel }: Props) {
  const { zone } = useBuilding();
  const { startTime, endTime, state, fraction } = job;
  const span =
    startTime && endTime
      ? formatSpan(timestampMs(startTime), timestampMs(endTime), zone, "dayAndYear")
      : "";
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 text-sm">
        <span>{span}</span>
        <span className="flex items-center gap-3">
          <span className="tabular-nums">
            {isOpen(job) ? (state === JobState.QUEUED ? "Waits" : formatShare(fraction)) : ""}
          </span>
          {isOpen(job) && onCancel && (
            <Button
              look="secondary"
              isSmall
              isBusy={job.cancelRequested}
              aria-label={`Cancel ${span}`}
              onClick={onCancel}
            >
              Cancel
            </Button>
          )}
        </span>
      </div>
      {isOpen(job) && <Progress label={`Part of ${span} that is done`} fraction={fraction} />}
      {state === JobState.SUCCEEDED && (
        <Notice>
          {job.message ? sentence(job.message) : "The estimates are ready on the energy page."}
        </Notice>
      )}
      {state === JobState.FAILED && <Notice tone="bad">{sentence(job.message)}</Notice>}
      {state === JobState.CANCELLED && (
        <Notice>Cancelled; the estimates that were made until then stay.</Notice>
      )}
    </div>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
