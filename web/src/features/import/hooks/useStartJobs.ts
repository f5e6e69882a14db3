import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { startJobs, type Span } from "../api/jobs";
import { JobService } from "@/gen/nilm/inference/v1/job_service_pb";
import { newRequestId } from "@/lib/rpc/requestId";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

/** Has the server find the appliances of a past span; asked again after a failure, it goes on. */
export function useStartJobs(buildingId: string) {
  const transport = useTransport();
  const invalidate = useInvalidate();
  const [requestId] = useState(newRequestId);
  return useMutation({
    mutationFn: (span: Span) =>
      startJobs(createClient(JobService, transport), buildingId, span, requestId),
    onSettled: () => invalidate(JobService.method.listDisaggregationJobs),
  });
}
