import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { callUnaryMethod, useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { readMissedRun, type TypedRun } from "../api/missedRun";
import type { Span } from "../api/period";
import { Verdict } from "@/gen/nilm/telemetry/v1/correction_pb";
import { CorrectionService } from "@/gen/nilm/telemetry/v1/correction_service_pb";
import { useBuilding } from "@/lib/building/context";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

/** Gives what tells of a run that no estimate shows. */
export function useAddRun(applianceId: string, onAdded: (run: Span) => void) {
  const { buildingId, zone } = useBuilding();
  const transport = useTransport();
  const invalidate = useInvalidate();
  const { createCorrection, listCorrections } = CorrectionService.method;
  return useMutation({
    mutationFn: async ({ requestId, ...typed }: TypedRun & { requestId: string }) => {
      const run = readMissedRun(typed, zone, Date.now());
      await callUnaryMethod(transport, createCorrection, {
        buildingId,
        applianceId,
        startTime: timestampFromMs(run.startMs),
        endTime: timestampFromMs(run.endMs),
        verdict: Verdict.RAN,
        requestId,
      });
      return run;
    },
    onSuccess: async (run) => {
      await invalidate(listCorrections);
      onAdded(run);
    },
  });
}
