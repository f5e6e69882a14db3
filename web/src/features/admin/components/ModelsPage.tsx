import { useMutation, useQuery } from "@connectrpc/connect-query";
import { Boxes, RefreshCw } from "lucide-react";
import { AdminPage } from "./AdminPage";
import { ModelCard } from "./ModelCard";
import { Button } from "@/components/ui/Button";
import { Notice } from "@/components/ui/Notice";
import { Failure, Loading, Message, Skeleton } from "@/components/ui/States";
import type { ReloadModelsResponse } from "@/gen/nilm/inference/v1/model_service_pb";
import { ModelService } from "@/gen/nilm/inference/v1/model_service_pb";
import { problemOf } from "@/lib/rpc/problem";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

/** The registry of models: what is registered, what serves, and what was refused. */
export default function ModelsPage() {
  const invalidate = useInvalidate();
  const reload = useMutation(ModelService.method.reloadModels, {
    onSuccess: () => invalidate(ModelService.method.listModels),
  });
  return (
    <AdminPage
      title="Models"
      subtitle="What finds appliances in the mains"
      actions={
        <Button
          look="secondary"
          isBusy={reload.isPending}
          onClick={() => {
            reload.mutate({});
          }}
        >
          <RefreshCw aria-hidden className="size-4" />
          {reload.isPending ? "Reading the registry…" : "Reload"}
        </Button>
      }
    >
      {reload.error && (
        <Notice tone="bad">
          {problemOf(reload.error).message} The models that were serving go on.
        </Notice>
      )}
      {reload.data && <ReloadResult result={reload.data} />}
      <ModelList />
    </AdminPage>
  );
}

function ReloadResult({ result: { readyModelIds, refused } }: { result: ReloadModelsResponse }) {
  const ready =
    readyModelIds.length === 1 ? "1 model serves" : `${readyModelIds.length} models serve`;
  if (refused.length === 0) return <Notice>The registry is read anew: {ready}.</Notice>;
  return (
    <Notice tone="warn">
      The registry is read anew: {ready}. Refused:
      <ul className="list-disc pl-5">
        {refused.map(({ modelId, message }) => (
          <li key={modelId}>
            {modelId}: {message}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function ModelList() {
  const query = useQuery(ModelService.method.listModels, { pageSize: 1000 });
  if (query.isPending) {
    return (
      <Loading label="Loading the models">
        <div className="grid gap-4 sm:gap-5 lg:grid-cols-2">
          <Skeleton className="h-64" />
          <Skeleton className="h-64" />
        </div>
      </Loading>
    );
  }
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.models.length === 0) {
    return (
      <Message icon={Boxes} title="No model is registered">
        Put models and their registry.json into the models folder, then reload.
      </Message>
    );
  }
  return (
    <div className="grid items-start gap-4 sm:gap-5 lg:grid-cols-2">
      {query.data.models.map((model) => (
        <ModelCard key={`${model.modelId} ${model.modelVersion}`} model={model} />
      ))}
    </div>
  );
}
