import type { DescMethodUnary } from "@bufbuild/protobuf";
import { createConnectQueryKey } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

/** Returns what drops the answers of some calls and asks again where they are shown. */
export function useInvalidate(): (...methods: DescMethodUnary[]) => Promise<void> {
  const queryClient = useQueryClient();
  return useCallback(
    async (...methods) => {
      await Promise.all(
        methods.map((schema) =>
          queryClient.invalidateQueries({
            queryKey: createConnectQueryKey({ schema, cardinality: undefined }),
          }),
        ),
      );
    },
    [queryClient],
  );
}
