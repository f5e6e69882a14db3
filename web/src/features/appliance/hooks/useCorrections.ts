import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useMutation, useQuery } from "@connectrpc/connect-query";
import type { Span } from "../api/period";
import { type Correction, Verdict } from "@/gen/nilm/telemetry/v1/correction_pb";
import { CorrectionService } from "@/gen/nilm/telemetry/v1/correction_service_pb";
import type { ApplianceRun } from "@/gen/nilm/telemetry/v1/run_pb";
import { useBuilding } from "@/lib/building/context";
import { newRequestId } from "@/lib/rpc/requestId";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

/** Longest time before a span that a correction within it may have begun. */
const LONGEST_MS = 31 * 24 * 3_600_000;

/** Asks for what was said of an appliance in a span. */
export function useCorrections(applianceId: string, span: Span): readonly Correction[] {
  const { buildingId } = useBuilding();
  const query = useQuery(CorrectionService.method.listCorrections, {
    buildingId,
    applianceId,
    startTime: timestampFromMs(span.startMs - LONGEST_MS),
    endTime: timestampFromMs(span.endMs),
    pageSize: 1000,
  });
  return query.data?.corrections ?? [];
}

/** Gives what corrects a run, and what takes a correction back. */
export function useCorrect() {
  const { buildingId } = useBuilding();
  const invalidate = useInvalidate();
  const create = useMutation(CorrectionService.method.createCorrection);
  const remove = useMutation(CorrectionService.method.deleteCorrection);
  const shown = () => invalidate(CorrectionService.method.listCorrections);

  const say = (applianceId: string, { startTime, endTime }: ApplianceRun, verdict: Verdict) =>
    create.mutateAsync({
      buildingId,
      applianceId,
      startTime,
      endTime,
      verdict,
      requestId: newRequestId(),
    });

  return {
    isBusy: create.isPending || remove.isPending,
    error: create.error ?? remove.error,
    confirm: async (run: ApplianceRun) => {
      await say(run.applianceId, run, Verdict.RAN);
      await shown();
    },
    reject: async (run: ApplianceRun) => {
      await say(run.applianceId, run, Verdict.DID_NOT_RUN);
      await shown();
    },
    /** Says that another appliance ran then, and this one did not. */
    relabel: async (run: ApplianceRun, applianceId: string) => {
      await say(applianceId, run, Verdict.RAN);
      await say(run.applianceId, run, Verdict.DID_NOT_RUN);
      await shown();
    },
    takeBack: async ({ applianceId, startTime }: Correction) => {
      await remove.mutateAsync({ buildingId, applianceId, startTime });
      await shown();
    },
  };
}
