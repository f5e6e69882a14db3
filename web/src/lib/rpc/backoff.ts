const FIRST_MS = 500;
const LONGEST_MS = 20_000;

/**
 * Returns how long to wait before a repeat: twice as long each time, up to 20 s, less up to a half
 * at random so that callers who failed together do not come back together.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return whole * (1 - random() / 2);
}

/** Waits, or returns at once when the signal is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
  });
}
