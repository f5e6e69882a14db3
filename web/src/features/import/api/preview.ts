import { columnsOf, readRows, type Mapping, type Row } from "./rows";
import type { Source, Value } from "./source";

const PREVIEW_ROWS = 10;

/** One of the first rows: as the file has it, and as it will be read. */
export interface PreviewRow {
  time: Value;
  power: Value;
  read: Row;
}

/** Reads the first rows of a file by a mapping. */
export async function previewRows(source: Source, mapping: Mapping): Promise<PreviewRow[]> {
  const found: PreviewRow[] = [];
  for await (const rows of source.rows(columnsOf(source, mapping), 0, PREVIEW_ROWS)) {
    for (const read of readRows(rows, mapping)) {
      const index = read.row - rows.firstRow;
      const time = rows.columns[mapping.timeColumn]?.[index];
      const power = rows.columns[mapping.powerColumn]?.[index];
      found.push({ time, power, read });
      if (found.length === PREVIEW_ROWS) return found;
    }
  }
  return found;
}
