import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import type { ExportFormat, ExportSeries } from "../api/export";
import type { Span } from "../api/range";
import { FileFormat, TransferService } from "@/gen/nilm/telemetry/v1/transfer_service_pb";
import { useBuilding } from "@/lib/building/context";

const FORMATS: Record<ExportFormat, { format: FileFormat; type: string }> = {
  csv: { format: FileFormat.CSV, type: "text/csv" },
  parquet: { format: FileFormat.PARQUET, type: "application/vnd.apache.parquet" },
};

interface Order {
  series: ExportSeries;
  format: ExportFormat;
  /** Of the file, without its ending. */
  name: string;
}

/** Saves a series of a span as a file. */
export function useExport(span: Span) {
  const { buildingId } = useBuilding();
  const transport = useTransport();
  return useMutation({
    mutationFn: async ({ series, format, name }: Order) => {
      const client = createClient(TransferService, transport);
      const asked = {
        buildingId,
        startTime: timestampFromMs(span.startMs),
        endTime: timestampFromMs(span.endMs),
        format: FORMATS[format].format,
      };
      const parts =
        series.kind === "meter"
          ? client.exportReadings({ ...asked, meterId: series.meter.meterId })
          : client.exportPredictions({ ...asked, applianceId: series.applianceId });
      const chunks: BlobPart[] = [];
      for await (const { chunk } of parts) chunks.push(chunk as Uint8Array<ArrayBuffer>);
      save(new Blob(chunks, { type: FORMATS[format].type }), `${name}.${format}`);
    },
  });
}

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
