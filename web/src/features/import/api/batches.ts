import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { columnsOf, readRows, type Mapping } from "./rows";
import type { Source } from "./source";
import { timeReader } from "./times";
import { ReadingColumnsSchema, type ReadingColumns } from "@/gen/nilm/telemetry/v1/reading_pb";

/** Readings of one call: 13 bytes each at most, so that 5,000 stay far below 256 KiB. */
export const BATCH_ROWS = 5_000;
const MOST_ROWS_WITHOUT_ANSWER = 100_000;

/** A row of the file that was not stored. */
export interface RejectedRow {
  /** In the file, from 0. */
  row: number;
  message: string;
}

/** What is written in one call, and the rows of the file that it settles. */
export interface Batch {
  /** Undefined where the rows held no reading. */
  readings: ReadingColumns | undefined;
  /** Row of the file of each reading. */
  rows: number[];
  /** First row of the file after it. */
  nextRow: number;
  missingCount: number;
  unreadable: RejectedRow[];
  firstTimeMs: number;
  lastTimeMs: number;
  fraction: number;
}

/** Cuts a file into batches, from a row on. */
export async function* readBatches(
  source: Source,
  mapping: Mapping,
  firstRow: number,
): AsyncGenerator<Batch> {
  const toTime = timeReader(mapping.zone);
  let gathered = new Gathered(firstRow);
  for await (const rows of source.rows(columnsOf(source, mapping), firstRow)) {
    for (const row of readRows(rows, mapping, toTime)) {
      gathered.nextRow = row.row + 1;
      if (row.kind === "missing") gathered.missingCount += 1;
      else if (row.kind === "unreadable") gathered.unreadable.push(row);
      else gathered.add(row.row, row.timeUs, row.powerW);
      if (gathered.isFull()) {
        yield gathered.batch(rows.fraction);
        gathered = new Gathered(gathered.nextRow);
      }
    }
  }
  yield gathered.batch(1);
}

class Gathered {
  missingCount = 0;
  readonly unreadable: RejectedRow[] = [];
  private readonly rows: number[] = [];
  private readonly timesUs: number[] = [];
  private readonly powerW: number[] = [];

  constructor(public nextRow: number) {}

  add(row: number, timeUs: number, powerW: number): void {
    this.rows.push(row);
    this.timesUs.push(timeUs);
    this.powerW.push(powerW);
  }

  isFull(): boolean {
    const settled = this.missingCount + this.unreadable.length;
    return this.rows.length >= BATCH_ROWS || settled >= MOST_ROWS_WITHOUT_ANSWER;
  }

  batch(fraction: number): Batch {
    const startMs = Math.floor((this.timesUs[0] ?? 0) / 1_000);
    const sorted = this.timesUs.toSorted((a, b) => a - b);
    return {
      readings:
        this.rows.length > 0
          ? create(ReadingColumnsSchema, {
              startTime: timestampFromMs(startMs),
              offsetUs: this.timesUs.map((timeUs) => BigInt(timeUs - startMs * 1_000)),
              powerW: this.powerW,
            })
          : undefined,
      rows: this.rows,
      nextRow: this.nextRow,
      missingCount: this.missingCount,
      unreadable: this.unreadable,
      firstTimeMs: (sorted[0] ?? Number.NaN) / 1_000,
      lastTimeMs: (sorted.at(-1) ?? Number.NaN) / 1_000,
      fraction,
    };
  }
}
