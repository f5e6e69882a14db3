import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type { Client } from "@connectrpc/connect";
import { JobState, type DisaggregationJob } from "@/gen/nilm/inference/v1/job_pb";
import type { JobService } from "@/gen/nilm/inference/v1/job_service_pb";

/** One job takes three years at most. */
const PIECE_MS = 1_000 * 86_400_000;
const SHOWN_AFTER_END_MS = 3_600_000;

/** A span of time; the end is the first instant after. */
export interface Span {
  startMs: number;
  endMs: number;
}

/**
 * Has all models work on a span of a building's mains; the server goes on by itself.
 *
 * A repeat with the same `requestId` makes no second job.
 *
 * @throws ConnectError where a job is refused.
 */
export async function startJobs(
  client: Client<typeof JobService>,
  buildingId: string,
  span: Span,
  requestId: string,
): Promise<void> {
  for (let fromMs = span.startMs; fromMs < span.endMs; fromMs += PIECE_MS) {
    await client.createDisaggregationJob({
      buildingId,
      startTime: timestampFromMs(fromMs),
      endTime: timestampFromMs(Math.min(span.endMs, fromMs + PIECE_MS)),
      requestId: `${requestId}-${fromMs}`,
    });
  }
}

/** Whether a job has not ended yet. */
export function isOpen({ state }: DisaggregationJob): boolean {
  return state === JobState.QUEUED || state === JobState.RUNNING;
}

/** Returns the jobs that are worth showing: the open ones and those that ended lately. */
export function shownJobs(
  jobs: readonly DisaggregationJob[],
  nowMs: number,
): readonly DisaggregationJob[] {
  return jobs.filter(
    (job) =>
      isOpen(job) ||
      (job.finishTime !== undefined && timestampMs(job.finishTime) > nowMs - SHOWN_AFTER_END_MS),
  );
}
