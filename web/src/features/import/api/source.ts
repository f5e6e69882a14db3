/** A value as a file holds it: text, a number, a time, or nothing. */
export type Value = string | number | bigint | boolean | FileTime | null | undefined;

/** A time of a column that holds times. */
export interface FileTime {
  /** Microseconds since 1970, in UTC, or as clocks show them where `isLocal`. */
  us: number;
  isLocal: boolean;
}

/** Some consecutive rows of a file. */
export interface SourceRows {
  /** Index of the first in the file, from 0. */
  firstRow: number;
  rowCount: number;
  /** One value a row, by column asked for. */
  columns: Readonly<Record<string, ArrayLike<Value>>>;
  /** Part of the file that is read with these, 0 to 1. */
  fraction: number;
}

/** A file of rows and named columns. */
export interface Source {
  fileName: string;
  columns: readonly string[];
  /**
   * Reads some columns, a bounded number of rows at a time.
   *
   * No row before `firstRow` is answered; reading may end at `endRow` or after it.
   */
  rows: (
    columns: readonly string[],
    firstRow?: number,
    endRow?: number,
  ) => AsyncGenerator<SourceRows>;
}

/** A file that cannot be read as what its name says. */
export class UnreadableFileError extends Error {}

/** Opens a file by the end of its name: CSV, or Parquet. */
export async function openSource(file: File): Promise<Source> {
  if (/\.(parquet|pq)$/i.test(file.name)) {
    const { openParquet } = await import("./parquetSource");
    return openParquet(file);
  }
  const { openCsv } = await import("./csvSource");
  return openCsv(file);
}
