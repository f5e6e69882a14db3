import { useMutation, useQuery } from "@connectrpc/connect-query";
import { Button } from "@/components/ui/Button";
import { Card } from "@/components/ui/Card";
import { Notice } from "@/components/ui/Notice";
import { Failure, Loading, Skeleton } from "@/components/ui/States";
import { CacheService } from "@/gen/nilm/telemetry/v1/cache_service_pb";
import { decimal, formatShare } from "@/lib/format/quantities";
import { problemOf } from "@/lib/rpc/problem";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

const REFETCH_MS = 10_000;

/** The cache of access decisions, and a way to empty it. */
export function CacheCard() {
  const invalidate = useInvalidate();
  const query = useQuery(CacheService.method.getCacheStats, {}, { refetchInterval: REFETCH_MS });
  const clear = useMutation(CacheService.method.invalidateCache, {
    onSuccess: () => invalidate(CacheService.method.getCacheStats),
  });
  const stats = query.data;
  const asked = stats ? Number(stats.hitCount + stats.missCount) : 0;
  const facts = stats && [
    ["Decisions held", decimal(Number(stats.entryCount), 0)],
    ["Answered from the cache", asked > 0 ? formatShare(Number(stats.hitCount) / asked, 1) : "–"],
    ["Asked of auth", decimal(Number(stats.missCount), 0)],
    ["Dropped to make room", decimal(Number(stats.evictedCount), 0)],
  ];
  return (
    <Card
      title="Access decisions"
      subtitle="Who may see what, as the readings' service remembers it"
      actions={
        stats && (
          <Button
            look="secondary"
            isSmall
            isBusy={clear.isPending}
            onClick={() => {
              clear.mutate({});
            }}
          >
            Forget all
          </Button>
        )
      }
    >
      <div className="grid gap-4">
        {clear.error && <Notice tone="bad">{problemOf(clear.error).message}</Notice>}
        {clear.data && (
          <Notice>
            {decimal(Number(clear.data.invalidatedCount), 0)} decisions are forgotten; a change of
            roles holds at once.
          </Notice>
        )}
        {query.isPending && (
          <Loading label="Loading the cache">
            <Skeleton className="h-24" />
          </Loading>
        )}
        {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
        {facts && (
          <dl className="grid grid-cols-2 gap-x-6 gap-y-3 text-sm">
            {facts.map(([title, value]) => (
              <div key={title}>
                <dt className="text-muted">{title}</dt>
                <dd className="text-lg font-semibold tabular-nums">{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </Card>
  );
}
