// @vitest-environment node
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openParquet } from "./parquetSource";
import { columnsOf, readRows, suggestMapping } from "./rows";
import type { SourceRows } from "./source";

const data = process.env.NILM_DATA ?? join(process.cwd(), "../../shared/data");
const path = join(data, "mains/ukdale_house2_30s.parquet");

// The real data lie outside of the project: without them there is nothing to read.
describe.skipIf(!existsSync(path))("openParquet", () => {
  it("reads a real file whole: readings, gaps and outages", async () => {
    const source = await openParquet(new File([readFileSync(path)], "ukdale.parquet"));
    const mapping = suggestMapping(source.columns, "Europe/London");
    expect(mapping).toMatchObject({ timeColumn: "time", powerColumn: "aggregate_w", unit: "W" });
    const counts = { reading: 0, missing: 0, unreadable: 0 };
    let previousUs = -Infinity;
    let isRising = true;
    for await (const rows of source.rows(columnsOf(source, mapping))) {
      for (const row of readRows(rows, mapping)) {
        counts[row.kind] += 1;
        if (row.kind !== "reading") continue;
        isRising &&= row.timeUs > previousUs && row.timeUs % 30_000_000 === 0;
        previousUs = row.timeUs;
      }
    }
    expect(isRising).toBe(true);
    expect(counts).toEqual({ reading: 345_710, missing: 64_184, unreadable: 0 });
  });

  it("begins at any row", async () => {
    const source = await openParquet(new File([readFileSync(path)], "ukdale.parquet"));
    const found: SourceRows[] = [];
    for await (const rows of source.rows(["time"], 1_000, 1_010)) found.push(rows);
    expect(found).toMatchObject([{ firstRow: 1_000, rowCount: 10 }]);
    expect(found[0]?.columns.time?.[0]).toEqual({
      us: Date.parse("2013-05-20T21:28:30Z") * 1_000 + 1_000 * 30_000_000,
      isLocal: false,
    });
  });
});
