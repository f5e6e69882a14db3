import type { Client } from "@connectrpc/connect";
import { readBatches, type Batch, type RejectedRow } from "./batches";
import type { Mapping } from "./rows";
import type { Source } from "./source";
import type {
  ReadingService,
  WriteReadingsResponse,
} from "@/gen/nilm/telemetry/v1/reading_service_pb";
import { backoffMs, pause } from "@/lib/rpc/backoff";
import { problemOf } from "@/lib/rpc/problem";
import { newRequestId } from "@/lib/rpc/requestId";

/** How far an import is. */
export interface ImportProgress {
  /** Rows of the file that are settled; an import goes on after them. */
  rowCount: number;
  /** Readings that are durable. */
  acceptedCount: number;
  /** Rows without a value: gaps, and no error. */
  missingCount: number;
  rejectedCount: number;
  /** The first rejected rows. */
  rejected: readonly RejectedRow[];
  /** Part of the file that is done, 0 to 1. */
  fraction: number;
  /** Span of the readings sent; undefined until there is one. */
  firstTimeMs: number | undefined;
  lastTimeMs: number | undefined;
}

export const NO_PROGRESS: ImportProgress = {
  rowCount: 0,
  acceptedCount: 0,
  missingCount: 0,
  rejectedCount: 0,
  rejected: [],
  fraction: 0,
  firstTimeMs: undefined,
  lastTimeMs: undefined,
};

const SHOWN_REJECTED = 100;

/** Where the readings of a file go. */
export interface ImportTarget {
  buildingId: string;
  meterId: string;
}

interface Listener {
  onProgress: (progress: ImportProgress) => void;
  /** The server cannot take it now; the same batch is sent again by itself. */
  onWait: (error: unknown) => void;
}

/**
 * Writes what is left of a file, batch by batch, and returns whether that was all of it.
 *
 * A batch that the server cannot take now is sent again with back-off, under the same request id.
 * When the signal is aborted it stops after the batch that is under way.
 *
 * @throws ConnectError where a repeat does not help; what was told before is durable.
 */
export async function writeFile(
  client: Client<typeof ReadingService>,
  target: ImportTarget,
  source: Source,
  mapping: Mapping,
  from: ImportProgress,
  signal: AbortSignal,
  listener: Listener,
): Promise<boolean> {
  let progress = from;
  for await (const batch of readBatches(source, mapping, from.rowCount)) {
    if (signal.aborted) return false;
    const answer = batch.readings
      ? await writePatiently(client, target, batch, signal, listener)
      : undefined;
    if (batch.readings && !answer) return false;
    progress = after(progress, batch, answer);
    listener.onProgress(progress);
  }
  return true;
}

async function writePatiently(
  client: Client<typeof ReadingService>,
  target: ImportTarget,
  batch: Batch,
  signal: AbortSignal,
  { onWait }: Listener,
): Promise<WriteReadingsResponse | undefined> {
  const request = { ...target, readings: batch.readings, requestId: newRequestId() };
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      return await client.writeReadings(request);
    } catch (error) {
      const problem = problemOf(error);
      if (!problem.isTransient) throw error;
      onWait(error);
      await pause(problem.retryAfterMs ?? backoffMs(attempt), signal);
    }
  }
  return undefined;
}

function after(
  before: ImportProgress,
  batch: Batch,
  answer: WriteReadingsResponse | undefined,
): ImportProgress {
  const refused = (answer?.rejected ?? []).map(({ index, message }) => ({
    row: batch.rows[Number(index)] ?? batch.nextRow,
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
  }));
  const rejected = [...batch.unreadable, ...refused].sort((a, b) => a.row - b.row);
  const hasReadings = batch.rows.length > 0;
  return {
    rowCount: batch.nextRow,
    acceptedCount: before.acceptedCount + Number(answer?.acceptedCount ?? 0n),
    missingCount: before.missingCount + batch.missingCount,
    rejectedCount: before.rejectedCount + rejected.length,
    rejected: [...before.rejected, ...rejected].slice(0, SHOWN_REJECTED),
    fraction: batch.fraction,
    firstTimeMs: hasReadings
      ? Math.min(before.firstTimeMs ?? Infinity, batch.firstTimeMs)
      : before.firstTimeMs,
    lastTimeMs: hasReadings
      ? Math.max(before.lastTimeMs ?? -Infinity, batch.lastTimeMs)
      : before.lastTimeMs,
  };
}
