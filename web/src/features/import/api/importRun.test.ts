// @vitest-environment node
// (the files of jsdom cannot be read)
import { toBinary } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { NO_PROGRESS, writeFile, type ImportProgress } from "./importRun";
import { previewRows } from "./preview";
import { suggestMapping } from "./rows";
import { openSource } from "./source";
import { RejectionReason } from "@/gen/nilm/telemetry/v1/reading_pb";
import {
  ReadingService,
  WriteReadingsRequestSchema,
  type WriteReadingsRequest,
} from "@/gen/nilm/telemetry/v1/reading_service_pb";

const target = { buildingId: "bld_1", meterId: "mtr_1" };
const START_S = 1_700_000_000;

/** A server that keeps what it is sent, and fails as often as it is told. */
class Server {
  readonly stored = new Map<number, number>();
  readonly requests: WriteReadingsRequest[] = [];
  failures: ConnectError[] = [];
  onWritten: () => void = () => undefined;

  client() {
    const transport = createRouterTransport(({ service }) => {
      service(ReadingService, { writeReadings: (request) => this.write(request) });
    });
    return createClient(ReadingService, transport);
  }

  private write(request: WriteReadingsRequest) {
    this.requests.push(request);
    const failure = this.failures.shift();
    if (failure) throw failure;
    const { startTime, offsetUs = [], powerW = [] } = request.readings ?? {};
    const startMs = startTime ? timestampMs(startTime) : 0;
    const rejected = [];
    for (const [index, offset] of offsetUs.entries()) {
      const power = powerW[index] ?? Number.NaN;
      if (power > 10_000_000) {
        const reason = RejectionReason.OUT_OF_RANGE;
        rejected.push({ index: BigInt(index), reason, message: "the power is out of range" });
      } else this.stored.set(startMs + Number(offset) / 1_000, power);
    }
    this.onWritten();
    return { acceptedCount: BigInt(offsetUs.length - rejected.length), rejected };
  }
}

function csv(rows: readonly string[]): File {
  return new File([["time,aggregate_w", ...rows].join("\n")], "meter.csv");
}

function regular(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${START_S + at * 6},${at % 3_000}`);
}

async function run(server: Server, file: File, options: { stop?: AbortSignal } = {}) {
  const source = await openSource(file);
  const mapping = suggestMapping(source.columns, "UTC");
  let progress: ImportProgress = NO_PROGRESS;
  const waits: unknown[] = [];
  const go = (signal: AbortSignal) =>
    writeFile(server.client(), target, source, mapping, progress, signal, {
      onProgress: (next) => {
        progress = next;
      },
      onWait: (error) => waits.push(error),
    });
  const isAll = await go(options.stop ?? new AbortController().signal);
  return { isAll, waits, progress: () => progress, goOn: () => go(new AbortController().signal) };
}

describe("writeFile", () => {
  it("writes every reading once, in batches that the gateway lets through", async () => {
    const server = new Server();
    const { isAll, progress } = await run(server, csv(regular(12_000)));
    expect(isAll).toBe(true);
    expect(server.stored.size).toBe(12_000);
    expect(server.stored.get((START_S + 6 * 11_999) * 1_000)).toBe(11_999 % 3_000);
    expect(server.requests.map(({ readings }) => readings?.powerW.length)).toEqual([
      5_000, 5_000, 2_000,
    ]);
    for (const request of server.requests) {
      const size = toBinary(WriteReadingsRequestSchema, request).byteLength;
      expect(size).toBeLessThan(256 * 1_024);
    }
    expect(new Set(server.requests.map(({ requestId }) => requestId)).size).toBe(3);
    expect(progress()).toMatchObject({ rowCount: 12_000, acceptedCount: 12_000, fraction: 1 });
  });

  it("names the rows of the file that were not stored, and counts gaps apart", async () => {
    const rows = [
      `${START_S},100`,
      `${START_S + 6},`,
      "soon,100",
      `${START_S + 12},99999999`,
      `${START_S + 18},200`,
    ];
    const { progress } = await run(new Server(), csv(rows));
    expect(progress()).toMatchObject({
      rowCount: 5,
      acceptedCount: 2,
      missingCount: 1,
      rejectedCount: 2,
    });
    expect(progress().rejected.map(({ row }) => row)).toEqual([2, 3]);
    expect(progress().rejected[0]?.message).toContain("soon, 100");
    expect(progress().rejected[1]?.message).toBe("The power is out of range.");
  });

  it("sends a batch again under its id where the server cannot take it now", async () => {
    const server = new Server();
    server.failures = [new ConnectError("restarting", Code.Unavailable)];
    const { isAll, waits } = await run(server, csv(regular(10)));
    expect(isAll).toBe(true);
    expect(waits).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1]?.requestId).toBe(server.requests[0]?.requestId);
    expect(server.stored.size).toBe(10);
  });

  it("fails where a repeat does not help", async () => {
    const server = new Server();
    server.failures = [new ConnectError("no such meter", Code.NotFound)];
    await expect(run(server, csv(regular(10)))).rejects.toThrow("no such meter");
    expect(server.requests).toHaveLength(1);
  });

  it("stops after the batch under way and goes on where it was", async () => {
    const server = new Server();
    const stop = new AbortController();
    server.onWritten = () => {
      stop.abort();
    };
    const begun = await run(server, csv(regular(12_000)), { stop: stop.signal });
    expect(begun.isAll).toBe(false);
    expect(begun.progress().rowCount).toBe(5_000);
    expect(await begun.goOn()).toBe(true);
    expect(server.requests).toHaveLength(3);
    expect(server.stored.size).toBe(12_000);
    expect(begun.progress()).toMatchObject({ rowCount: 12_000, acceptedCount: 12_000 });
  });
});

describe("previewRows", () => {
  it("shows the first rows as the file has them and as they will be read", async () => {
    const file = new File(["Timestamp;mains kW;note\n2024-07-01 12:00;0.5;x\n;;\n"], "a.csv");
    const source = await openSource(file);
    const mapping = suggestMapping(source.columns, "Europe/London");
    expect(mapping).toMatchObject({ timeColumn: "Timestamp", powerColumn: "mains kW", unit: "kW" });
    const rows = await previewRows(source, mapping);
    const timeUs = Date.parse("2024-07-01T11:00:00Z") * 1_000;
    expect(rows.map(({ read }) => read)).toEqual([
      { kind: "reading", row: 0, timeUs, powerW: 500 },
      { kind: "missing", row: 1 },
    ]);
    expect(rows[0]).toMatchObject({ time: "2024-07-01 12:00", power: "0.5" });
  });

  it("refuses a file without a header row of two columns", async () => {
    await expect(openSource(new File(["hello\n1\n"], "a.csv"))).rejects.toThrow("header row");
    await expect(openSource(new File(["hello"], "a.parquet"))).rejects.toThrow("Parquet");
  });
});
