import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { findAppliances } from "./findAppliances";
import {
  InferenceService,
  type DisaggregateRequest,
} from "@/gen/nilm/inference/v1/inference_service_pb";

const DAY_MS = 86_400_000;

describe("findAppliances", () => {
  it("goes on from the last token where the stream is cut", async () => {
    const requests: DisaggregateRequest[] = [];
    const transport = createRouterTransport(({ service }) => {
      service(InferenceService, {
        async *disaggregate(request) {
          requests.push(request);
          await Promise.resolve();
          const isFirst = requests.length === 1;
          const value = { fraction: isFirst ? 0.4 : 1, resumeToken: isFirst ? "at-40" : "end" };
          yield { event: { case: "progress", value } };
          if (isFirst) throw new ConnectError("restarting", Code.Unavailable);
        },
      });
    });
    const fractions: number[] = [];
    const waits: unknown[] = [];
    await findAppliances(
      createClient(InferenceService, transport),
      "bld_1",
      { startMs: 0, endMs: DAY_MS },
      new AbortController().signal,
      { onProgress: (fraction) => fractions.push(fraction), onWait: (error) => waits.push(error) },
    );
    expect(requests.map(({ resumeToken }) => resumeToken)).toEqual(["", "at-40"]);
    expect(fractions).toEqual([0.4, 1]);
    expect(waits).toHaveLength(1);
  });

  it("cuts a span that one call does not take", async () => {
    const spans: number[][] = [];
    const transport = createRouterTransport(({ service }) => {
      service(InferenceService, {
        async *disaggregate({ startTime, endTime }) {
          await Promise.resolve();
          if (startTime && endTime) spans.push([timestampMs(startTime), timestampMs(endTime)]);
          yield { event: { case: "progress", value: { fraction: 1 } } };
        },
      });
    });
    const fractions: number[] = [];
    await findAppliances(
      createClient(InferenceService, transport),
      "bld_1",
      { startMs: 0, endMs: 1_600 * DAY_MS },
      new AbortController().signal,
      { onProgress: (fraction) => fractions.push(fraction), onWait: () => undefined },
    );
    expect(spans).toEqual([
      [0, 1_000 * DAY_MS],
      [1_000 * DAY_MS, 1_600 * DAY_MS],
    ]);
    expect(fractions).toEqual([0.625, 1]);
  });
});
