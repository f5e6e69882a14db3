import { Code, ConnectError } from "@connectrpc/connect";
import { waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { useServerStream } from "./useServerStream";
import { ReadingService } from "@/gen/nilm/telemetry/v1/reading_service_pb";
import { renderHookWith } from "@/testing/render";

const INPUT = { buildingId: "bld_1" };
const HEARTBEAT = { event: { case: "heartbeat" as const, value: {} } };

describe("useServerStream", () => {
  it("connects again after a cut, and fetches what was missed each time", async () => {
    let connections = 0;
    let fetches = 0;
    let heard = 0;
    const { result } = renderHookWith(
      () =>
        useServerStream(ReadingService.method.watchReadings, INPUT, {
          silenceMs: 60_000,
          onConnect: () => {
            fetches += 1;
            return Promise.resolve();
          },
          onMessage: () => {
            heard += 1;
          },
        }),
      {
        routes: ({ service }) => {
          service(ReadingService, {
            async *watchReadings(_, { signal }) {
              connections += 1;
              yield HEARTBEAT;
              if (connections === 1) throw new ConnectError("restarting", Code.Unavailable);
              await new Promise((resolve) => {
                signal.addEventListener("abort", resolve);
              });
            },
          });
        },
      },
    );
    await waitFor(
      () => {
        expect(heard).toBe(2);
        expect(result.current.status).toBe("live");
      },
      { timeout: 20_000 },
    );
    expect(connections).toBe(2);
    expect(fetches).toBe(2);
  });

  it("cuts a stream that has gone silent", async () => {
    let connections = 0;
    renderHookWith(
      () =>
        useServerStream(ReadingService.method.watchReadings, INPUT, {
          silenceMs: 50,
          onMessage: () => undefined,
        }),
      {
        routes: ({ service }) => {
          service(ReadingService, {
            async *watchReadings(_, { signal }) {
              connections += 1;
              yield HEARTBEAT;
              await new Promise((resolve) => {
                signal.addEventListener("abort", resolve);
              });
            },
          });
        },
      },
    );
    await waitFor(
      () => {
        expect(connections).toBeGreaterThan(1);
      },
      { timeout: 20_000 },
    );
  });

  it("gives up where trying again cannot help", async () => {
    let connections = 0;
    const { result } = renderHookWith(
      () =>
        useServerStream(ReadingService.method.watchReadings, INPUT, {
          silenceMs: 60_000,
          onMessage: () => undefined,
        }),
      {
        routes: ({ service }) => {
          service(ReadingService, {
            // eslint-disable-next-line require-yield -- it fails before its first message
            async *watchReadings() {
              connections += 1;
              await Promise.resolve();
              throw new ConnectError("building not found", Code.NotFound);
            },
          });
        },
      },
    );
    await waitFor(() => {
      expect(result.current.status).toBe("failed");
    });
    expect(connections).toBe(1);
  });
});
