import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useQuery } from "@tanstack/react-query";
import { askCall, askHealth, type Answer } from "../api/health";
import { UserService } from "@/gen/nilm/auth/v1/user_service_pb";
import { CacheService } from "@/gen/nilm/telemetry/v1/cache_service_pb";
import { problemOf } from "@/lib/rpc/problem";

const REFETCH_MS = 5_000;

/** A part of the system, and how it answers. */
export interface Part {
  name: string;
  purpose: string;
  answer: Answer | undefined;
}

/**
 * Asks each part of the system how it is, again and again.
 *
 * The gateway and `inference` have health addresses; `auth` and `telemetry` are asked by a small
 * call that goes down to their stores.
 */
export function useSystemHealth(): Part[] {
  const transport = useTransport();
  const messageOf = (error: unknown) => problemOf(error).message;
  const users = createClient(UserService, transport);
  const cache = createClient(CacheService, transport);
  return [
    {
      name: "Gateway",
      purpose: "Takes every call and hands it on",
      answer: useAnswer("gateway", (signal) => askHealth("/live", signal)),
    },
    {
      name: "Accounts (auth)",
      purpose: "Accounts, buildings, tariffs and who may see what",
      answer: useAnswer("auth", (signal) =>
        askCall(() => users.listUsers({ pageSize: 1 }, { signal }), messageOf),
      ),
    },
    {
      name: "Readings (telemetry)",
      purpose: "Readings and predictions",
      answer: useAnswer("telemetry", (signal) =>
        askCall(() => cache.getCacheStats({}, { signal }), messageOf),
      ),
    },
    {
      name: "Models (inference)",
      purpose: "Finds appliances in the mains",
      answer: useAnswer("inference", (signal) => askHealth("/health", signal)),
    },
  ];
}

function useAnswer(name: string, ask: (signal: AbortSignal) => Promise<Answer>) {
  const query = useQuery({
    queryKey: ["health", name],
    queryFn: ({ signal }) => ask(signal),
    refetchInterval: REFETCH_MS,
    staleTime: 0,
  });
  return query.data;
}
