import { useQueries } from "@tanstack/react-query";
import { askHealth, type Answer } from "../api/health";

const REFETCH_MS = 5_000;

/** A part of the system, and how it answers. */
export interface Part {
  name: string;
  purpose: string;
  answer: Answer | undefined;
}

const PARTS = [
  { service: "gateway", name: "Gateway", purpose: "Takes every call and hands it on" },
  {
    service: "auth",
    name: "Accounts (auth)",
    purpose: "Accounts, buildings, tariffs and who may see what",
  },
  { service: "telemetry", name: "Readings (telemetry)", purpose: "Readings and predictions" },
  { service: "inference", name: "Models (inference)", purpose: "Finds appliances in the mains" },
] as const;

/** Asks each part of the system how it is, again and again. */
export function useSystemHealth(): Part[] {
  return useQueries({
    queries: PARTS.map(({ service }) => ({
      queryKey: ["health", service],
      queryFn: ({ signal }: { signal: AbortSignal }) => askHealth(service, signal),
      refetchInterval: REFETCH_MS,
      staleTime: 0,
    })),
    combine: (answers) =>
      PARTS.map(({ name, purpose }, index) => ({ name, purpose, answer: answers[index]?.data })),
  });
}
