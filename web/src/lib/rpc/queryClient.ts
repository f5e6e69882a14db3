import { QueryClient } from "@tanstack/react-query";
import { backoffMs } from "./backoff";
import { problemOf } from "./problem";

const MOST_RETRIES = 4;

/** Makes the cache of answers; what may work later is tried again with back-off. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => failures < MOST_RETRIES && problemOf(error).isTransient,
        retryDelay: (attempt, error) => problemOf(error).retryAfterMs ?? backoffMs(attempt),
      },
      mutations: { retry: false },
    },
  });
}
