import { CsvSplitter, delimiterOf } from "./csv";
import { UnreadableFileError, type Source, type SourceRows } from "./source";

const HEADER_BYTES = 65_536;
const PART_BYTES = 262_144;

/** Opens a file of comma-, semicolon- or tab-separated values with a header row, UTF-8. */
export async function openCsv(file: File): Promise<Source> {
  const start = await file.slice(0, HEADER_BYTES).text();
  const header = start.split("\n", 1)[0] ?? "";
  const delimiter = delimiterOf(header);
  const splitter = new CsvSplitter(delimiter);
  const names = [...splitter.push(start), ...splitter.finish()][0]?.map(trimmed);
  if (!names || names.length < 2) {
    throw new UnreadableFileError(
      "It has no header row with at least two columns. CSV in UTF-8 and Parquet can be read.",
    );
  }
  return {
    fileName: file.name,
    columns: names,
    rows: (columns, firstRow = 0) => csvRows(file, delimiter, names, columns, firstRow),
  };
}

async function* csvRows(
  file: File,
  delimiter: string,
  names: readonly string[],
  columns: readonly string[],
  firstRow: number,
): AsyncGenerator<SourceRows> {
  const splitter = new CsvSplitter(delimiter);
  const decoder = new TextDecoder("utf-8");
  const at = columns.map((name) => ({ name, index: names.indexOf(name) }));
  let next = -1; // the header row
  let bytesRead = 0;

  const cut = (found: string[][]): SourceRows | undefined => {
    const skipped = Math.min(found.length, Math.max(0, firstRow - next));
    const rows = found.slice(skipped);
    const first = next + skipped;
    next += found.length;
    if (rows.length === 0) return undefined;
    return {
      firstRow: first,
      rowCount: rows.length,
      columns: Object.fromEntries(
        at.map(({ name, index }) => [name, rows.map((row) => row[index]?.trim())]),
      ),
      fraction: bytesRead / file.size,
    };
  };

  for (let position = 0; position < file.size; position += PART_BYTES) {
    const part = await file.slice(position, position + PART_BYTES).arrayBuffer();
    bytesRead = Math.min(file.size, position + PART_BYTES);
    const rows = cut(splitter.push(decoder.decode(part, { stream: true })));
    if (rows) yield rows;
  }
  const last = cut([...splitter.push(decoder.decode()), ...splitter.finish()]);
  if (last) yield last;
}

function trimmed(name: string): string {
  return name.trim();
}
