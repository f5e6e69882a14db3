import { useMutation, useQuery } from "@connectrpc/connect-query";
import { useEffect } from "react";
import { isOpen, shownJobs } from "../api/jobs";
import { JobService } from "@/gen/nilm/inference/v1/job_service_pb";
import { PredictionService } from "@/gen/nilm/telemetry/v1/prediction_service_pb";
import { SummaryService } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useInvalidate } from "@/lib/rpc/useInvalidate";
import { useNow } from "@/lib/time/useNow";

const ASK_AGAIN_MS = 1_500;
const MOST_JOBS = 20;

/** Follows the jobs of a building, which the server works on whether or not a page is open. */
export function useApplianceJobs(buildingId: string) {
  const invalidate = useInvalidate();
  const nowMs = useNow(60_000);
  const query = useQuery(
    JobService.method.listDisaggregationJobs,
    { buildingId, pageSize: MOST_JOBS },
    {
      staleTime: 0,
      refetchInterval: ({ state }) => (state.data?.jobs.some(isOpen) ? ASK_AGAIN_MS : false),
    },
  );
  const jobs = query.data?.jobs ?? [];
  const openCount = jobs.filter(isOpen).length;
  useEffect(() => {
    void invalidate(SummaryService.method.getSummary, PredictionService.method.queryPredictions);
  }, [invalidate, openCount]);
  const cancel = useMutation(JobService.method.cancelDisaggregationJob, {
    onSuccess: () => invalidate(JobService.method.listDisaggregationJobs),
  });
  return {
    jobs: shownJobs(jobs, nowMs),
    /** Why the jobs are not known, where none was ever read. */
    listError: query.data ? null : query.error,
    error: query.error ?? cancel.error,
    refetch: () => void query.refetch(),
    cancel: (jobId: string) => {
      cancel.mutate({ buildingId, jobId });
    },
  };
}
