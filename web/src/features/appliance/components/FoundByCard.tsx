import { ScanSearch } from "lucide-react";
import { cardParts } from "../api/card";
import type { Span } from "../api/period";
import { useModel } from "../hooks/useModel";
import { Badge } from "@/components/ui/Badge";
import { Card } from "@/components/ui/Card";
import { Notice } from "@/components/ui/Notice";
import { Failure, Loading, Message, Skeleton } from "@/components/ui/States";
import { SyntheticBadge } from "@/components/ui/SyntheticBadge";
import { Table } from "@/components/ui/Table";
import type { Meter } from "@/gen/nilm/buildings/v1/meter_pb";
import { ModelState, TrainingData, type Model } from "@/gen/nilm/inference/v1/model_pb";
import { formatPower } from "@/lib/format/quantities";
import { metricsOf } from "@/lib/models/metrics";

interface Props {
  applianceId: string;
  span: Span;
  /** The meter that measures it alone. */
  meter: Meter | undefined;
}

/** How the appliance is known: by a meter of its own, or by which model. */
export function FoundByCard({ meter, ...rest }: Props) {
  return (
    <Card title="How it is known">
      {meter ? (
        <p className="text-sm">
          Measured by a meter of its own, <span className="font-medium">{meter.displayName}</span>.
          Where that has no readings, a model’s estimate stands in, marked as such.
        </p>
      ) : (
        <FoundBy {...rest} />
      )}
    </Card>
  );
}

function FoundBy({ applianceId, span }: Omit<Props, "meter">) {
  const found = useModel(applianceId, span);
  const { model, version } = found;
  if (found.error) return <Failure error={found.error} onRetry={found.refetch} />;
  if (found.isPending) {
    return (
      <Loading label="Loading the model">
        <Skeleton className="h-40" />
      </Loading>
    );
  }
  if (!model) {
    return (
      <Message icon={ScanSearch} title="No model finds it">
        {version
          ? `Its estimates are of version ${version}, which is no longer registered.`
          : "Give it a meter of its own, or ask an administrator for a model of it."}
      </Message>
    );
  }
  return (
    <div className="grid gap-3 text-sm">
      {version && version !== model.modelVersion && (
        <Notice tone="warn">
          The newest estimates are of version {version}, which is no longer registered; this is the
          model that serves now.
        </Notice>
      )}
      <ModelFacts model={model} />
      <Parts markdown={found.cardMarkdown} />
    </div>
  );
}

function ModelFacts({ model }: { model: Model }) {
  const isSynthetic = model.trainingData === TrainingData.SYNTHETIC;
  const figures = metricsOf(
    Object.fromEntries(
      Object.entries(model.metrics).filter(([name]) => !name.startsWith("validation_")),
    ),
  );
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <span>
          Estimated from the mains by <span className="font-medium">{model.modelId}</span>{" "}
          {model.modelVersion}
        </span>
        {isSynthetic ? (
          <SyntheticBadge />
        ) : (
          model.trainingData === TrainingData.REAL && <Badge tone="good">Real data</Badge>
        )}
        {model.state !== ModelState.READY && <Badge tone="warn">Not serving now</Badge>}
      </p>
      {isSynthetic && <Notice tone="warn">Its accuracy on real mains is unknown.</Notice>}
      {model.onThresholdW > 0 && (
        <p className="text-muted">
          It counts as on from a mean power of {formatPower(model.onThresholdW)}.
        </p>
      )}
      {figures.length > 0 && (
        <Table
          caption={`Accuracy of ${model.modelId} on data held apart`}
          columns={[
            { title: "Accuracy on data held apart", cell: ({ name }) => name },
            { title: "Value", cell: ({ value }) => value, isNumber: true },
          ]}
          rows={figures}
          keyOf={({ name }) => name}
        />
      )}
    </>
  );
}

function Parts({ markdown }: { markdown: string }) {
  const { data, limits } = cardParts(markdown);
  if (data.length === 0 && limits.length === 0) {
    return <p className="text-muted">This model came without a card.</p>;
  }
  return (
    <>
      <Lines title="Limits" lines={limits} isOpen />
      <Lines title="What it learned from" lines={data} />
    </>
  );
}

interface LinesProps {
  title: string;
  lines: readonly string[];
  isOpen?: boolean;
}

function Lines({ title, lines, isOpen = false }: LinesProps) {
  if (lines.length === 0) return null;
  return (
    <details open={isOpen}>
      <summary className="min-h-9 cursor-pointer py-1.5 font-medium">{title}</summary>
      <ul className="ml-5 grid list-disc gap-1 text-muted">
        {lines.map((line) => (
          <li key={line} className="break-words">
            {line}
          </li>
        ))}
      </ul>
    </details>
  );
}
