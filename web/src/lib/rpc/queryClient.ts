import { QueryClient } from "@tanstack/react-query";
import { backoffMs } from "./backoff";
import { problemOf } from "./problem";

const MOST_RETRIES = 4;
/** Some 25 s, in which a service that died is there again. */
const MOST_REPEATED_CHANGES = 6;

/**
 * Makes the cache of answers; what may work later is tried again with back-off.
 *
 * A change is tried again only where the server was away: those that create carry a request id, so
 * that a repeat makes no second thing, and the others come to the same whether done once or twice.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => failures < MOST_RETRIES && problemOf(error).isTransient,
        retryDelay,
      },
      mutations: {
        retry: (failures, error) =>
          failures < MOST_REPEATED_CHANGES && problemOf(error).isUnreachable,
        retryDelay,
      },
    },
  });
}

function retryDelay(attempt: number, error: Error): number {
  return problemOf(error).retryAfterMs ?? backoffMs(attempt);
}
