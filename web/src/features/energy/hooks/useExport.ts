import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { createClient, type Transport } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { estimateCsv, type ExportFormat, type ExportSeries } from "../api/export";
import type { Span } from "../api/range";
import type { PredictionSeries } from "@/gen/nilm/telemetry/v1/prediction_pb";
import { PredictionService } from "@/gen/nilm/telemetry/v1/prediction_service_pb";
import { FileFormat, TransferService } from "@/gen/nilm/telemetry/v1/transfer_service_pb";
import { useBuilding } from "@/lib/building/context";
import { cellsByAppliance } from "@/lib/readings/predictions";

const FORMATS: Record<ExportFormat, { format: FileFormat; type: string }> = {
  csv: { format: FileFormat.CSV, type: "text/csv" },
  parquet: { format: FileFormat.PARQUET, type: "application/vnd.apache.parquet" },
};
const CELL_PAGE = 100_000;

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
      const interval = {
        buildingId,
        startTime: timestampFromMs(span.startMs),
        endTime: timestampFromMs(span.endMs),
      };
      const parts =
        series.kind === "meter"
          ? await readings(transport, { ...interval, meterId: series.meter.meterId }, format)
          : [await estimates(transport, { ...interval, applianceIds: [series.applianceId] })];
      save(new Blob(parts, { type: FORMATS[format].type }), `${name}.${format}`);
    },
  });
}

interface Interval {
  buildingId: string;
  startTime: ReturnType<typeof timestampFromMs>;
  endTime: ReturnType<typeof timestampFromMs>;
}

async function readings(
  transport: Transport,
  asked: Interval & { meterId: string },
  format: ExportFormat,
): Promise<BlobPart[]> {
  const chunks: BlobPart[] = [];
  const client = createClient(TransferService, transport);
  const parts = client.exportReadings({ ...asked, format: FORMATS[format].format });
  for await (const { chunk } of parts) chunks.push(chunk as Uint8Array<ArrayBuffer>);
  return chunks;
}

async function estimates(
  transport: Transport,
  asked: Interval & { applianceIds: string[] },
): Promise<string> {
  const client = createClient(PredictionService, transport);
  const series: PredictionSeries[] = [];
  let pageToken = "";
  do {
    const page = await client.queryPredictions({ ...asked, pageSize: CELL_PAGE, pageToken });
    series.push(...page.series);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return estimateCsv([...cellsByAppliance(series).values()].flat());
}

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
