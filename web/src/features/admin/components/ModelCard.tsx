import { DriftNote } from "./DriftNote";
import { Badge, type Tone } from "@/components/ui/Badge";
import { Card } from "@/components/ui/Card";
import { Notice } from "@/components/ui/Notice";
import { Table } from "@/components/ui/Table";
import { ModelState, TrainingData, type Model } from "@/gen/nilm/inference/v1/model_pb";
import { applianceName } from "@/lib/building/appliances";
import { decimal, formatDuration } from "@/lib/format/quantities";
import { metricsOf } from "@/lib/models/metrics";
import { durationMs } from "@/lib/time/duration";

const STATES: Record<ModelState, [Tone, string]> = {
  [ModelState.READY]: ["good", "Ready"],
  [ModelState.INACTIVE]: ["neutral", "Not active"],
  [ModelState.REFUSED]: ["bad", "Refused"],
  [ModelState.UNSPECIFIED]: ["neutral", "Unknown"],
};

const ORIGINS: Record<TrainingData, [Tone, string]> = {
  [TrainingData.REAL]: ["good", "Real data"],
  [TrainingData.SYNTHETIC]: ["warn", "Trained on simulation"],
  [TrainingData.UNSPECIFIED]: ["neutral", "Data unknown"],
};

/** One registered model: its state, what it is, and its figures. */
export function ModelCard({ model }: { model: Model }) {
  const [stateTone, state] = STATES[model.state];
  const [originTone, origin] = ORIGINS[model.trainingData];
  const periodMs = durationMs(model.samplePeriod);
  const facts = [
    ["Finds", applianceName(model.applianceId, [])],
    ["Architecture", model.architecture],
    [
      "Window",
      `${model.inputWindowSize} × ${formatDuration(periodMs)} = ${formatDuration(model.inputWindowSize * periodMs)}`,
    ],
    ["Memory", model.memoryBytes ? `${decimal(Number(model.memoryBytes) / 2 ** 20, 1)} MiB` : "–"],
  ] as const;
  const metrics = metricsOf(model.metrics);
  return (
    <Card
      title={model.modelId}
      subtitle={`Version ${model.modelVersion}`}
      actions={
        <div className="flex flex-wrap gap-1.5">
          <Badge tone={stateTone}>{state}</Badge>
          <Badge tone={originTone}>{origin}</Badge>
        </div>
      }
    >
      <div className="grid gap-4">
        {model.refusal && <Notice tone="bad">{model.refusal}</Notice>}
        {model.trainingData === TrainingData.SYNTHETIC && (
          <Notice tone="warn">Its accuracy on real mains is unknown.</Notice>
        )}
        <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-2">
          {facts.map(([title, value]) => (
            <div key={title} className="min-w-0">
              <dt className="text-muted">{title}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          <div className="min-w-0 sm:col-span-2">
            <dt className="text-muted">SHA-256 of its weights</dt>
            <dd>
              <code className="text-xs break-all">{model.artifactSha256}</code>
            </dd>
          </div>
        </dl>
        {model.state === ModelState.READY && (
          <DriftNote modelId={model.modelId} modelVersion={model.modelVersion} />
        )}
        {metrics.length > 0 && (
          <details>
            <summary className="min-h-9 cursor-pointer py-1.5 text-sm font-medium">
              Figures on data held apart
            </summary>
            <Table
              caption={`Figures of ${model.modelId} ${model.modelVersion}`}
              columns={[
                { title: "Figure", cell: ({ name }) => name },
                { title: "Value", cell: ({ value }) => value, isNumber: true },
              ]}
              rows={metrics}
              keyOf={({ name }) => name}
            />
          </details>
        )}
      </div>
    </Card>
  );
}
