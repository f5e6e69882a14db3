import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useEffect, useRef, useState } from "react";
import { findAppliances } from "../api/findAppliances";
import { InferenceService } from "@/gen/nilm/inference/v1/inference_service_pb";
import { PredictionService } from "@/gen/nilm/telemetry/v1/prediction_service_pb";
import { SummaryService } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

interface State {
  status: "idle" | "running" | "waiting" | "failed" | "done";
  /** Part of the span that is done, 0 to 1. */
  fraction: number;
  error: unknown;
}

/** Has the models work on past readings while the page is open. */
export function useFindAppliances(buildingId: string) {
  const transport = useTransport();
  const invalidate = useInvalidate();
  const [state, setState] = useState<State>({ status: "idle", fraction: 0, error: undefined });
  const stopping = useRef<AbortController>(undefined);

  useEffect(
    () => () => {
      stopping.current?.abort();
    },
    [],
  );

  const start = async (span: { startMs: number; endMs: number }) => {
    const stop = new AbortController();
    stopping.current = stop;
    setState({ status: "running", fraction: 0, error: undefined });
    try {
      const client = createClient(InferenceService, transport);
      await findAppliances(client, buildingId, span, stop.signal, {
        onProgress: (fraction) => {
          setState({ status: "running", fraction, error: undefined });
        },
        onWait: (error) => {
          setState((before) => ({ ...before, status: "waiting", error }));
        },
      });
      setState({ status: "done", fraction: 1, error: undefined });
    } catch (error) {
      setState((before) => ({ ...before, status: "failed", error }));
    }
    await invalidate(SummaryService.method.getSummary, PredictionService.method.queryPredictions);
  };

  return {
    ...state,
    start: (span: { startMs: number; endMs: number }) => void start(span),
  };
}
