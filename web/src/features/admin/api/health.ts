/** A service by the name that the gateway knows it by. */
export type Service = "auth" | "telemetry" | "inference";

/** How a part of the system answered when it was asked. */
export type Answer =
  | { state: "ready"; tookMs: number }
  | { state: "notReady"; tookMs: number; failures: readonly Failure[] }
  | { state: "silent"; message: string };

/** A check of a service that fails. */
export interface Failure {
  check: string;
  message: string;
}

interface HealthDocument {
  status?: string;
  failures?: Readonly<Record<string, string>>;
}

/**
 * Asks the gateway whether a service is ready, or whether the gateway itself is there.
 *
 * A service that is not ready answers 503 with what it waits for; any other failure is silence.
 */
export async function askHealth(
  service: Service | "gateway",
  signal: AbortSignal,
): Promise<Answer> {
  const startMs = performance.now();
  const isGateway = service === "gateway";
  try {
    const response = await fetch(isGateway ? "/live" : "/health", {
      signal,
      cache: "no-store",
      headers: isGateway ? {} : { "x-nilm-service": service },
    });
    const tookMs = performance.now() - startMs;
    const document = parsed(await response.text());
    if (response.ok) return { state: "ready", tookMs };
    if (!document?.status) return { state: "silent", message: `It answered ${response.status}.` };
    const failures = Object.entries(document.failures ?? {}).map(([check, message]) => ({
      check,
      message,
    }));
    return { state: "notReady", tookMs, failures };
  } catch {
    return { state: "silent", message: "It cannot be reached." };
  }
}

function parsed(text: string): HealthDocument | undefined {
  try {
    return JSON.parse(text) as HealthDocument;
  } catch {
    return undefined;
  }
}
