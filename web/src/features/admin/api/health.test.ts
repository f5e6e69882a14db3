import { afterEach, describe, expect, it, vi } from "vitest";
import { askHealth } from "./health";

const { signal } = new AbortController();

function answering(status: number, body: string) {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(body, { status })));
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("askHealth", () => {
  it("tells a service that is ready", async () => {
    answering(200, '{"status":"ready"}');
    expect(await askHealth("inference", signal)).toMatchObject({ state: "ready" });
  });

  it("tells what a service waits for", async () => {
    answering(503, '{"status":"not ready","failures":{"telemetry":"cannot be reached"}}');
    expect(await askHealth("inference", signal)).toMatchObject({
      state: "notReady",
      failures: [{ check: "telemetry", message: "cannot be reached" }],
    });
  });

  it("tells a service that the gateway cannot reach from one that is not ready", async () => {
    answering(503, "upstream connect error");
    expect(await askHealth("inference", signal)).toMatchObject({ state: "silent" });
  });

  it("tells a gateway that is not there", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed to fetch")));
    expect(await askHealth("gateway", signal)).toMatchObject({ state: "silent" });
  });

  it("names the service that it asks for", async () => {
    const asked: unknown[] = [];
    vi.stubGlobal("fetch", (path: string, { headers }: RequestInit) => {
      asked.push([path, headers]);
      return Promise.resolve(new Response('{"status":"ready"}'));
    });
    await askHealth("telemetry", signal);
    await askHealth("gateway", signal);
    expect(asked).toEqual([
      ["/health", { "x-nilm-service": "telemetry" }],
      ["/live", {}],
    ]);
  });
});
