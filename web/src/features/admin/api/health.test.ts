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
    expect(await askHealth("/health", signal)).toMatchObject({ state: "ready" });
  });

  it("tells what a service waits for", async () => {
    answering(503, '{"status":"not ready","failures":{"telemetry":"cannot be reached"}}');
    expect(await askHealth("/health", signal)).toMatchObject({
      state: "notReady",
      failures: [{ check: "telemetry", message: "cannot be reached" }],
    });
  });

  it("tells a service that the gateway cannot reach from one that is not ready", async () => {
    answering(503, "upstream connect error");
    expect(await askHealth("/health", signal)).toMatchObject({ state: "silent" });
  });

  it("tells a gateway that is not there", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed to fetch")));
    expect(await askHealth("/live", signal)).toMatchObject({ state: "silent" });
  });
});
