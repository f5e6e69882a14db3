import type { useToday } from "../hooks/useToday";
import { Card } from "@/components/ui/Card";
import { Loading, Skeleton } from "@/components/ui/States";
import { formatEnergy, formatPower, formatShare } from "@/lib/format/quantities";

const HOURS_A_DAY = 24;

/** What the building hardly ever falls below. */
export function BaseloadCard({ week }: { week: ReturnType<typeof useToday>["week"] }) {
  const total = week.data?.total;
  const baseloadW = total?.baseloadW;
  const covered = total ? total.coverage * 7 : 0;
  const share =
    total && baseloadW !== undefined && total.energyKwh > 0
      ? Math.min(1, ((baseloadW / 1000) * HOURS_A_DAY * covered) / total.energyKwh)
      : undefined;
  return (
    <Card title="Baseload" subtitle="What is always on, over the last seven days">
      {week.isPending ? (
        <Loading label="Loading the baseload">
          <Skeleton className="h-12" />
        </Loading>
      ) : baseloadW === undefined ? (
        <p className="text-sm text-muted">There are not enough readings yet.</p>
      ) : (
        <>
          <p className="text-3xl font-semibold tracking-tight tabular-nums">
            {formatPower(baseloadW)}
          </p>
          <p className="mt-2 text-sm text-muted">
            {formatEnergy((baseloadW / 1000) * HOURS_A_DAY)} a day
            {share !== undefined && `, ${formatShare(share)} of all that was used`}
          </p>
        </>
      )}
    </Card>
  );
}
