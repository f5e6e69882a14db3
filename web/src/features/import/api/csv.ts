/** Cuts comma-separated values into rows, part by part; empty lines are no rows. */
export class CsvSplitter {
  private rest = "";

  constructor(private readonly delimiter: string) {}

  /** Adds text; returns the rows that it completes. */
  push(text: string): string[][] {
    const all = this.rest + text;
    const end = lastRowEnd(all);
    this.rest = all.slice(end);
    return this.rows(all.slice(0, end));
  }

  /** Returns the row that no line end followed, if there is one. */
  finish(): string[][] {
    const rows = this.rows(this.rest);
    this.rest = "";
    return rows;
  }

  private rows(text: string): string[][] {
    if (text.includes('"')) return quotedRows(text, this.delimiter);
    const rows: string[][] = [];
    for (const line of text.split("\n")) {
      const whole = line.endsWith("\r") ? line.slice(0, -1) : line;
      if (whole) rows.push(whole.split(this.delimiter));
    }
    return rows;
  }
}

/** Returns the delimiter of a header row: the one of comma, semicolon and tab that it has most of. */
export function delimiterOf(header: string): string {
  const counts = [",", ";", "\t"].map((each) => ({ each, count: header.split(each).length }));
  return counts.reduce((most, next) => (next.count > most.count ? next : most)).each;
}

/** Returns where the last complete row ends: after a line end that no quotes enclose. */
function lastRowEnd(text: string): number {
  if (!text.includes('"')) return text.lastIndexOf("\n") + 1;
  let isQuoted = false;
  let end = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '"') isQuoted = !isQuoted;
    else if (letter === "\n" && !isQuoted) end = at + 1;
  }
  return end;
}

function quotedRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.length > 1 || row[0]) rows.push(row);
    row = [];
    cell = "";
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (letter === '"') isQuoted = true;
    else if (letter === delimiter) {
      row.push(cell);
      cell = "";
    } else if (letter === "\n") endRow();
    else if (letter !== "\r") cell += letter;
  }
  if (cell || row.length > 0) endRow();
  return rows;
}
