import { Download } from "lucide-react";
import { useState } from "react";
import { fileName, seriesKey, type ExportFormat, type ExportSeries } from "../api/export";
import { rangeTitle, type Range, type Span } from "../api/range";
import { useExport } from "../hooks/useExport";
import { Button } from "@/components/ui/Button";
import { DialogButton } from "@/components/ui/Dialog";
import { SelectField } from "@/components/ui/Field";
import { Notice } from "@/components/ui/Notice";
import { Segmented } from "@/components/ui/Segmented";
import { applianceName } from "@/lib/building/appliances";
import { useBuilding } from "@/lib/building/context";
import { problemOf } from "@/lib/rpc/problem";

interface Props {
  range: Range;
  span: Span;
  /** The appliances that models have estimated in the range. */
  estimated: readonly string[];
}

/** Asks what of the range to save, and saves it. */
export function ExportButton(props: Props) {
  const { zone } = useBuilding();
  return (
    <DialogButton
      isSmall={false}
      label={
        <>
          <Download aria-hidden className="size-4" /> Export
        </>
      }
      title="Export"
      description={`${rangeTitle(props.range, zone)}. Times are written in UTC, power in W.`}
    >
      {(close) => <ExportChoice {...props} onDone={close} />}
    </DialogButton>
  );
}

const FORMATS = [
  { value: "csv", label: "CSV" },
  { value: "parquet", label: "Parquet" },
] as const;

function ExportChoice({ range, span, estimated, onDone }: Props & { onDone: () => void }) {
  const { appliances, building, mains, meters } = useBuilding();
  const [key, setKey] = useState("");
  const [format, setFormat] = useState<ExportFormat>("csv");
  const exporting = useExport(span);
  const ordered = [...meters].sort((a, b) => Number(b === mains) - Number(a === mains));
  const offered: ExportSeries[] = [
    ...ordered.map((meter) => ({ kind: "meter" as const, meter })),
    ...estimated.map((applianceId) => ({ kind: "estimate" as const, applianceId })),
  ];
  const nameOf = (series: ExportSeries) =>
    series.kind === "meter"
      ? series.meter.displayName
      : `${applianceName(series.applianceId, appliances)}, estimated`;
  const series = offered.find((each) => seriesKey(each) === key) ?? offered[0];
  if (!series) return null;
  return (
    <div className="grid gap-4">
      <SelectField
        label="What to save"
        value={seriesKey(series)}
        onChange={(event) => {
          setKey(event.target.value);
        }}
      >
        {offered.map((each) => (
          <option key={seriesKey(each)} value={seriesKey(each)}>
            {nameOf(each)}
          </option>
        ))}
      </SelectField>
      <div className="grid justify-items-start gap-1.5">
        <Segmented
          label="Format of the file"
          value={format}
          options={FORMATS}
          onChange={setFormat}
        />
        <p className="text-sm text-muted">
          CSV for spreadsheets, Parquet for analysis
          {series.kind === "estimate" ? "; the confidence stands beside the power." : "."}
        </p>
      </div>
      {exporting.isError && <Notice tone="bad">{problemOf(exporting.error).message}</Notice>}
      <div>
        <Button
          isBusy={exporting.isPending}
          onClick={() => {
            const name = fileName(building.displayName, nameOf(series), range);
            exporting.mutate({ series, format, name }, { onSuccess: onDone });
          }}
        >
          {exporting.isPending ? "Exporting…" : "Save the file"}
        </Button>
      </div>
    </div>
  );
}
