import { decompress } from "fzstd";
import {
  parquetMetadataAsync,
  parquetRead,
  type AsyncBuffer,
  type FileMetaData,
  type SchemaElement,
} from "hyparquet";
import { UnreadableFileError, type Source, type SourceRows, type Value } from "./source";

const ROWS_AT_ONCE = 20_000;
const compressors = { ZSTD: (input: Uint8Array) => decompress(input) };

/** Times as microseconds, in plain numbers: 2^53 of them reach beyond the year 2200. */
const parsers = {
  timestampFromMilliseconds: (millis: bigint) => Number(millis) * 1_000,
  timestampFromMicroseconds: (micros: bigint) => Number(micros),
  timestampFromNanoseconds: (nanos: bigint) => Number(nanos / 1_000n),
  dateFromDays: (days: number) => days * 86_400_000_000,
};

/** Opens an Apache Parquet file, uncompressed or compressed by Snappy or Zstandard. */
export async function openParquet(file: File): Promise<Source> {
  const buffer: AsyncBuffer = {
    byteLength: file.size,
    slice: (start, end) => file.slice(start, end ?? file.size).arrayBuffer(),
  };
  const metadata = await readable(parquetMetadataAsync(buffer));
  const elements = metadata.schema.slice(1).filter((element) => !element.num_children);
  return {
    fileName: file.name,
    columns: elements.map((element) => element.name),
    rows: (columns, firstRow = 0, endRow = Infinity) =>
      parquetRows(buffer, metadata, elements, columns, firstRow, endRow),
  };
}

async function* parquetRows(
  file: AsyncBuffer,
  metadata: FileMetaData,
  elements: readonly SchemaElement[],
  columns: readonly string[],
  firstRow: number,
  endRow: number,
): AsyncGenerator<SourceRows> {
  const total = Number(metadata.num_rows);
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows);
    const from = Math.max(groupStart, firstRow);
    const until = Math.min(groupEnd, endRow);
    if (from < until) {
      const values = await readColumns(file, metadata, columns, from, until);
      for (let first = from; first < until; first += ROWS_AT_ONCE) {
        const end = Math.min(until, first + ROWS_AT_ONCE);
        yield {
          firstRow: first,
          rowCount: end - first,
          columns: Object.fromEntries(
            columns.map((name) => [
              name,
              (values.get(name) ?? []).slice(first - from, end - from).map(asTime(name, elements)),
            ]),
          ),
          fraction: end / total,
        };
      }
    }
    groupStart = groupEnd;
  }
}

async function readColumns(
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly string[],
  rowStart: number,
  rowEnd: number,
): Promise<Map<string, Value[]>> {
  const values = new Map(columns.map((name) => [name, new Array<Value>(rowEnd - rowStart)]));
  await readable(
    parquetRead({
      file,
      metadata,
      columns: [...columns],
      rowStart,
      rowEnd,
      compressors,
      parsers,
      onChunk: (chunk) => {
        const column = values.get(chunk.columnName);
        const from = Math.max(rowStart, chunk.rowStart);
        const until = Math.min(rowEnd, chunk.rowEnd);
        for (let row = from; column && row < until; row += 1) {
          column[row - rowStart] = chunk.columnData[row - chunk.rowStart] as Value;
        }
      },
    }),
  );
  return values;
}

/** Returns what marks the values of a column of times as such. */
function asTime(name: string, elements: readonly SchemaElement[]): (value: Value) => Value {
  const element = elements.find((each) => each.name === name);
  const isDate = element?.converted_type === "DATE";
  const logical = element?.logical_type;
  const isTime =
    isDate ||
    logical?.type === "TIMESTAMP" ||
    element?.type === "INT96" ||
    element?.converted_type?.startsWith("TIMESTAMP") === true;
  if (!isTime) return (value) => value;
  const isLocal = isDate || (logical?.type === "TIMESTAMP" && !logical.isAdjustedToUTC);
  return (value) => (typeof value === "number" ? { us: value, isLocal } : value);
}

async function readable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UnreadableFileError(`It is no Parquet file that can be read here: ${detail}.`);
  }
}
