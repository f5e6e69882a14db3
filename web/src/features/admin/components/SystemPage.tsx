import { useSystemHealth, type Part } from "../hooks/useSystemHealth";
import { AdminPage } from "./AdminPage";
import { CacheCard } from "./CacheCard";
import { Badge } from "@/components/ui/Badge";
import { Card } from "@/components/ui/Card";
import { List, ListRow } from "@/components/ui/List";
import { Notice } from "@/components/ui/Notice";
import { Skeleton } from "@/components/ui/States";
import { decimal } from "@/lib/format/quantities";

/** Whether every part of the system answers. */
export default function SystemPage() {
  return (
    <AdminPage title="System" subtitle="Asked anew every 5 s">
      <System />
    </AdminPage>
  );
}

function System() {
  const parts = useSystemHealth();
  const ill = parts.filter(({ answer }) => answer && answer.state !== "ready");
  const isKnown = parts.every(({ answer }) => answer);
  return (
    <div className="grid items-start gap-4 sm:gap-5 lg:grid-cols-[3fr_2fr]">
      <Card title="Services">
        <div className="grid gap-4">
          {ill.length > 0 ? (
            <Notice tone="warn">
              Not as it should be: {ill.map(({ name }) => name).join(", ")}. Services restart in any
              order; what is written meanwhile is tried again by who writes it.
            </Notice>
          ) : (
            isKnown && <Notice>All services answer.</Notice>
          )}
          <List label="Services">
            {parts.map((part) => (
              <ListRow
                key={part.name}
                title={part.name}
                detail={<Detail part={part} />}
                value={<State part={part} />}
              />
            ))}
          </List>
        </div>
      </Card>
      <CacheCard />
    </div>
  );
}

function Detail({ part: { purpose, answer } }: { part: Part }) {
  if (answer?.state === "silent") return answer.message;
  if (answer?.state !== "notReady" || answer.failures.length === 0) return purpose;
  return (
    <ul>
      {answer.failures.map(({ check, message }) => (
        <li key={check}>
          {check}: {message}
        </li>
      ))}
    </ul>
  );
}

function State({ part: { answer } }: { part: Part }) {
  if (!answer) return <Skeleton className="h-6 w-20" />;
  switch (answer.state) {
    case "ready":
      return (
        <span className="inline-flex items-center gap-2">
          <span className="text-muted">{decimal(answer.tookMs, 0)} ms</span>
          <Badge tone="good">Ready</Badge>
        </span>
      );
    case "notReady":
      return <Badge tone="warn">Not ready</Badge>;
    case "silent":
      return <Badge tone="bad">No answer</Badge>;
  }
}
