import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@connectrpc/connect-query";
import type { Span } from "../api/period";
import { ModelState, type Model } from "@/gen/nilm/inference/v1/model_pb";
import { ModelService } from "@/gen/nilm/inference/v1/model_service_pb";
import { PredictionService } from "@/gen/nilm/telemetry/v1/prediction_service_pb";
import { useBuilding } from "@/lib/building/context";

interface FoundBy {
  /** The model that made the newest estimates, else the one that serves now. */
  model: Model | undefined;
  /** Version that made the newest estimates; empty where there are none. */
  version: string;
  cardMarkdown: string;
  isPending: boolean;
  error: unknown;
  refetch: () => void;
}

/** Asks which model found an appliance in a span, and for its card. */
export function useModel(applianceId: string, { startMs, endMs }: Span): FoundBy {
  const { buildingId } = useBuilding();
  const newest = useQuery(PredictionService.method.queryPredictions, {
    buildingId,
    applianceIds: [applianceId],
    startTime: timestampFromMs(startMs),
    endTime: timestampFromMs(endMs),
    maxPoints: 2,
  });
  const models = useQuery(ModelService.method.listModels, { pageSize: 1000 });
  const version = newest.data?.series.at(-1)?.modelVersion ?? "";
  const own = models.data?.models.filter((model) => model.applianceId === applianceId) ?? [];
  const model =
    own.find((each) => each.modelVersion === version) ??
    own.find((each) => each.state === ModelState.READY);
  const card = useQuery(
    ModelService.method.getModel,
    { modelId: model?.modelId ?? "", modelVersion: model?.modelVersion ?? "" },
    { enabled: model !== undefined },
  );
  const asked = [newest, models, ...(model ? [card] : [])];
  return {
    model,
    version,
    cardMarkdown: card.data?.cardMarkdown ?? "",
    isPending: asked.some((query) => query.isPending),
    error: asked.find((query) => query.isError)?.error,
    refetch: () => {
      for (const query of asked) if (query.isError) void query.refetch();
    },
  };
}
