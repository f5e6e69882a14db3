import { useQuery } from "@connectrpc/connect-query";
import { useMemo } from "react";
import { ModelState, TrainingData } from "@/gen/nilm/inference/v1/model_pb";
import { ModelService } from "@/gen/nilm/inference/v1/model_service_pb";

/** Asks which appliances are found by a model that was trained on simulation. */
export function useSyntheticAppliances(): ReadonlySet<string> {
  const { data } = useQuery(ModelService.method.listModels, { pageSize: 1000 });
  return useMemo(
    () =>
      new Set(
        data?.models
          .filter(
            ({ state, trainingData }) =>
              state === ModelState.READY && trainingData === TrainingData.SYNTHETIC,
          )
          .map(({ applianceId }) => applianceId),
      ),
    [data],
  );
}
