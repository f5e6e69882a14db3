import type { ReactNode } from "react";
import { Scrolling } from "./Scrolling";
import { classes } from "@/lib/classes";

export interface Column<Row> {
  title: string;
  /** What stands in the cell. */
  cell: (row: Row) => ReactNode;
  isNumber?: boolean;
}

interface Props<Row> {
  /** What the table holds, for those who do not see it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
}

/** A table; the first column names the row. It scrolls inside itself where it is too wide. */
export function Table<Row>({ caption, columns, rows, keyOf }: Props<Row>) {
  return (
    <Scrolling label={caption} className="max-h-[32rem]">
      <table className="w-full border-collapse text-sm tabular-nums">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.title}
                scope="col"
                className={classes(
                  "sticky top-0 bg-surface px-2 py-2 font-medium whitespace-nowrap text-muted first:pl-0",
                  column.isNumber ? "text-right" : "text-left",
                )}
              >
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-t border-line">
              {columns.map((column, index) => {
                const look = classes(
                  "px-2 py-2 first:pl-0",
                  column.isNumber ? "text-right whitespace-nowrap" : "text-left",
                );
                return index === 0 ? (
                  <th key={column.title} scope="row" className={classes(look, "font-normal")}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.title} className={look}>
                    {column.cell(row)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
