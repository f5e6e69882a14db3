import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import type { Span } from "../api/range";
import { FileFormat, TransferService } from "@/gen/nilm/telemetry/v1/transfer_service_pb";
import { useBuilding } from "@/lib/building/context";

export type ExportFormat = "csv" | "parquet";

const FORMATS: Record<ExportFormat, { format: FileFormat; type: string }> = {
  csv: { format: FileFormat.CSV, type: "text/csv" },
  parquet: { format: FileFormat.PARQUET, type: "application/vnd.apache.parquet" },
};

/** Saves the meter's readings of a span as a file. */
export function useExport(span: Span, name: string) {
  const { buildingId } = useBuilding();
  const transport = useTransport();
  return useMutation({
    mutationFn: async (chosen: ExportFormat) => {
      const { format, type } = FORMATS[chosen];
      const chunks: BlobPart[] = [];
      const client = createClient(TransferService, transport);
      const parts = client.exportReadings({
        buildingId,
        startTime: timestampFromMs(span.startMs),
        endTime: timestampFromMs(span.endMs),
        format,
      });
      for await (const { chunk } of parts) chunks.push(chunk as Uint8Array<ArrayBuffer>);
      save(new Blob(chunks, { type }), `${name}.${chosen}`);
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
