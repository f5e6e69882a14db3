import type { PreviewRow } from "../api/preview";
import { shownValue, type Mapping } from "../api/rows";
import type { Source } from "../api/source";
import { usePreview } from "../hooks/usePreview";
import { Badge } from "@/components/ui/Badge";
import { Notice } from "@/components/ui/Notice";
import { Loading, Skeleton } from "@/components/ui/States";
import { Table, type Column } from "@/components/ui/Table";
import { decimal } from "@/lib/format/quantities";
import { formatTime } from "@/lib/format/times";

interface Props {
  source: Source;
  mapping: Mapping;
  /** Zone in which times are shown: the building's. */
  zone: string;
}

/** The first rows: as the file has them, and as they will be read. */
export function Preview({ source, mapping, zone }: Props) {
  const { rows, error } = usePreview(source, mapping);
  if (error instanceof Error) return <Notice tone="bad">{error.message}</Notice>;
  if (!rows) {
    return (
      <Loading label="Reading the first rows">
        <Skeleton className="h-64" />
      </Loading>
    );
  }
  if (rows.length === 0) return <Notice tone="warn">The file holds no rows.</Notice>;
  const isAnyRead = rows.some(({ read }) => read.kind === "reading");
  const columns: Column<PreviewRow>[] = [
    { title: "Row", cell: ({ read }) => read.row + 1 },
    { title: "Time as read", cell: ({ read }) => <ReadTime read={read} zone={zone} /> },
    { title: "Power as read", cell: ({ read }) => <ReadPower read={read} />, isNumber: true },
    { title: `File: ${mapping.timeColumn}`, cell: ({ time }) => shownValue(time) },
    { title: `File: ${mapping.powerColumn}`, cell: ({ power }) => shownValue(power) },
  ];
  return (
    <div className="grid gap-3">
      {!isAnyRead && (
        <Notice tone="warn">
          None of the first rows holds a reading. Check the columns and the unit.
        </Notice>
      )}
      <Table
        caption="The first rows as they will be read"
        columns={columns}
        rows={rows}
        keyOf={({ read }) => read.row}
      />
    </div>
  );
}

function ReadTime({ read, zone }: { read: PreviewRow["read"]; zone: string }) {
  if (read.kind !== "reading") return "–";
  const timeMs = read.timeUs / 1_000;
  return (
    <span className="whitespace-nowrap">
      {formatTime(timeMs, zone, "dayAndYear")}, {formatTime(timeMs, zone, "timeWithSeconds")}
    </span>
  );
}

function ReadPower({ read }: { read: PreviewRow["read"] }) {
  switch (read.kind) {
    case "reading":
      return `${decimal(read.powerW, 1)} W`;
    case "missing":
      return <Badge>No value: a gap</Badge>;
    case "unreadable":
      return <Badge tone="warn">Cannot be read</Badge>;
  }
}
