import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useEffect, useRef, useState } from "react";
import { NO_PROGRESS, writeFile, type ImportProgress } from "../api/importRun";
import type { Mapping } from "../api/rows";
import type { Source } from "../api/source";
import { ReadingService } from "@/gen/nilm/telemetry/v1/reading_service_pb";
import { SummaryService } from "@/gen/nilm/telemetry/v1/summary_service_pb";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

/** `waiting` means that the server cannot take it now and is asked again by itself. */
export type ImportStatus = "idle" | "running" | "waiting" | "stopped" | "failed" | "done";

interface State {
  status: ImportStatus;
  progress: ImportProgress;
  error: unknown;
}

const IDLE: State = { status: "idle", progress: NO_PROGRESS, error: undefined };

/** Imports a file while the page is open; what was stopped goes on where it was. */
export function useImport(buildingId: string, source: Source, mapping: Mapping, meterId: string) {
  const transport = useTransport();
  const invalidate = useInvalidate();
  const [state, setState] = useState(IDLE);
  const stopping = useRef<AbortController>(undefined);
  const isUnderWay = state.status === "running" || state.status === "waiting";

  useEffect(
    () => () => {
      stopping.current?.abort();
    },
    [],
  );

  useEffect(() => {
    if (!isUnderWay) return;
    const warn = (event: BeforeUnloadEvent) => {
      event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => {
      window.removeEventListener("beforeunload", warn);
    };
  }, [isUnderWay]);

  const start = async () => {
    const stop = new AbortController();
    stopping.current = stop;
    setState((before) => ({ ...before, status: "running", error: undefined }));
    try {
      const client = createClient(ReadingService, transport);
      const target = { buildingId, meterId };
      const from = state.progress;
      const isAll = await writeFile(client, target, source, mapping, from, stop.signal, {
        onProgress: (progress) => {
          setState({ status: "running", progress, error: undefined });
        },
        onWait: (error) => {
          setState((before) => ({ ...before, status: "waiting", error }));
        },
      });
      setState(({ progress }) => ({
        status: isAll ? "done" : "stopped",
        progress,
        error: undefined,
      }));
    } catch (error) {
      setState((before) => ({ ...before, status: "failed", error }));
    }
    await invalidate(
      ReadingService.method.getLatest,
      ReadingService.method.queryReadings,
      SummaryService.method.getSummary,
      SummaryService.method.listHourlyAggregates,
    );
  };

  return {
    ...state,
    isUnderWay,
    start: () => void start(),
    stop: () => {
      stopping.current?.abort();
    },
  };
}
