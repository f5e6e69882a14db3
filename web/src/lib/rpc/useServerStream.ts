import {
  create,
  type DescMessage,
  type DescMethodServerStreaming,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useEffect, useRef, useState } from "react";
import { backoffMs, pause } from "./backoff";
import { problemOf } from "./problem";

/** How a stream is doing; `failed` means that trying again would not help. */
export type StreamStatus = "connecting" | "live" | "reconnecting" | "failed";

interface Options<O extends DescMessage> {
  onMessage: (message: MessageShape<O>) => void;
  /** Called before each connection, to fetch what was missed; its failure is the stream's. */
  onConnect?: (signal: AbortSignal) => Promise<void>;
  /** A stream that is silent for longer is cut and begun anew. */
  silenceMs: number;
}

/**
 * Keeps a server stream open while the component is shown, and connects again with back-off.
 *
 * A new `input` begins a new stream; memoise it. The callbacks may change at any time.
 */
export function useServerStream<I extends DescMessage, O extends DescMessage>(
  method: DescMethodServerStreaming<I, O>,
  input: MessageInitShape<I>,
  options: Options<O>,
): { status: StreamStatus; error: unknown } {
  const transport = useTransport();
  const latest = useRef(options);
  const [state, setState] = useState<{ status: StreamStatus; error: unknown }>({
    status: "connecting",
    error: undefined,
  });

  useEffect(() => {
    latest.current = options;
  });

  useEffect(() => {
    const gone = new AbortController();

    const connect = async (onLive: () => void) => {
      const cut = new AbortController();
      const signal = AbortSignal.any([gone.signal, cut.signal]);
      let watchdog: ReturnType<typeof setTimeout> | undefined;
      const watch = () => {
        clearTimeout(watchdog);
        watchdog = setTimeout(() => {
          cut.abort();
        }, latest.current.silenceMs);
      };
      watch();
      try {
        const response = await transport.stream(
          method,
          signal,
          undefined,
          undefined,
          only(create(method.input, input)),
        );
        await latest.current.onConnect?.(signal);
        onLive();
        for await (const message of response.message) {
          watch();
          latest.current.onMessage(message);
        }
      } finally {
        clearTimeout(watchdog);
        cut.abort();
      }
    };

    const keepConnected = async () => {
      for (let attempt = 0; ; attempt += 1) {
        let error: unknown;
        try {
          await connect(() => {
            attempt = 0;
            setState({ status: "live", error: undefined });
          });
        } catch (cause) {
          error = cause;
        }
        if (gone.signal.aborted) return;
        if (error !== undefined && isFinal(error)) {
          setState({ status: "failed", error });
          return;
        }
        setState({ status: "reconnecting", error });
        const retryAfterMs = error === undefined ? undefined : problemOf(error).retryAfterMs;
        await pause(retryAfterMs ?? backoffMs(attempt), gone.signal);
      }
    };

    void keepConnected();
    return () => {
      gone.abort();
    };
  }, [transport, method, input]);

  return state;
}

const FINAL = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.PermissionDenied,
  Code.Unimplemented,
]);

/** What a repeat cannot mend; all else, cut connections above all, may come back. */
function isFinal(error: unknown): boolean {
  return FINAL.has(problemOf(error).code);
}

async function* only<T>(message: T): AsyncIterable<T> {
  await Promise.resolve();
  yield message;
}
