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
 * Asks a health address of the gateway's own origin.
 *
 * A service that is not ready answers 503 with what it waits for; any other failure is silence.
 */
export async function askHealth(path: string, signal: AbortSignal): Promise<Answer> {
  const startMs = performance.now();
  try {
    const response = await fetch(path, { signal, cache: "no-store" });
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

/** Times a call: its success means that the service is ready. */
export async function askCall(
  call: () => Promise<unknown>,
  messageOf: (error: unknown) => string,
): Promise<Answer> {
  const startMs = performance.now();
  try {
    await call();
    return { state: "ready", tookMs: performance.now() - startMs };
  } catch (error) {
    return { state: "silent", message: messageOf(error) };
  }
}
