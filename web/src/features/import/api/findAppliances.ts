import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Client } from "@connectrpc/connect";
import type { InferenceService } from "@/gen/nilm/inference/v1/inference_service_pb";
import { backoffMs, pause } from "@/lib/rpc/backoff";
import { problemOf } from "@/lib/rpc/problem";

/** One call takes three years at most. */
const PIECE_MS = 1_000 * 86_400_000;

interface Listener {
  /** Part of the span that is done, 0 to 1. */
  onProgress: (fraction: number) => void;
  /** The server cannot go on now; it is asked again by itself. */
  onWait: (error: unknown) => void;
}

/**
 * Has all models work on a span of a building's mains; their estimates are kept by the server.
 *
 * A stream that is cut goes on from its last token, with back-off. Returns early when aborted.
 *
 * @throws ConnectError where a repeat does not help.
 */
export async function findAppliances(
  client: Client<typeof InferenceService>,
  buildingId: string,
  span: { startMs: number; endMs: number },
  signal: AbortSignal,
  { onProgress, onWait }: Listener,
): Promise<void> {
  const wholeMs = span.endMs - span.startMs;
  for (let fromMs = span.startMs; fromMs < span.endMs; fromMs += PIECE_MS) {
    const untilMs = Math.min(span.endMs, fromMs + PIECE_MS);
    const request = {
      buildingId,
      startTime: timestampFromMs(fromMs),
      endTime: timestampFromMs(untilMs),
      omitResults: true,
    };
    let resumeToken = "";
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answers = client.disaggregate({ ...request, resumeToken }, { signal });
        for await (const { event } of answers) {
          if (event.case !== "progress") continue;
          resumeToken = event.value.resumeToken;
          attempt = 0;
          const doneMs = fromMs - span.startMs + event.value.fraction * (untilMs - fromMs);
          onProgress(doneMs / wholeMs);
        }
        break;
      } catch (error) {
        if (signal.aborted) return;
        const problem = problemOf(error);
        if (!problem.isTransient) throw error;
        onWait(error);
        await pause(problem.retryAfterMs ?? backoffMs(attempt), signal);
      }
    }
  }
}
