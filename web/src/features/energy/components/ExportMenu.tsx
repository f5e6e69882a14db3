import { Download } from "lucide-react";
import type { Range, Span } from "../api/range";
import { useExport } from "../hooks/useExport";
import { Button } from "@/components/ui/Button";
import { Menu, MenuItem } from "@/components/ui/Menu";
import { Notice } from "@/components/ui/Notice";
import { useBuilding } from "@/lib/building/context";
import { problemOf } from "@/lib/rpc/problem";
import { addToDay } from "@/lib/time/zone";

/** Saves the readings of the range. */
export function ExportMenu({ range, span }: { range: Range; span: Span }) {
  const { building } = useBuilding();
  const last = addToDay(range.to, { days: -1 });
  const name = [building.displayName, range.from, ...(last === range.from ? [] : [last])].join(" ");
  const exporting = useExport(span, name);
  return (
    <div className="grid justify-items-end gap-2">
      <Menu
        trigger={
          <Button look="secondary" isBusy={exporting.isPending}>
            <Download aria-hidden className="size-4" />
            {exporting.isPending ? "Exporting…" : "Export"}
          </Button>
        }
      >
        <MenuItem
          onSelect={() => {
            exporting.mutate("csv");
          }}
        >
          CSV, for spreadsheets
        </MenuItem>
        <MenuItem
          onSelect={() => {
            exporting.mutate("parquet");
          }}
        >
          Parquet, for analysis
        </MenuItem>
      </Menu>
      {exporting.isError && <Notice tone="bad">{problemOf(exporting.error).message}</Notice>}
    </div>
  );
}
