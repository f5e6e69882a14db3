"""Which RPC needs what; a method that is absent is denied."""

from dataclasses import replace

from nilm_core.access import Permission
from nilm_rpc.policy import ADMIN, AUTHENTICATED, LimitClass, Policy, on_building

_INFERENCE = "/nilm.inference.v1.InferenceService"
_JOBS = "/nilm.inference.v1.JobService"
_MODELS = "/nilm.inference.v1.ModelService"
_OPEN_INFERENCE = "/inference.GRPCInferenceService"

_PREDICT = replace(on_building(Permission.PREDICTIONS_WRITE), limit=LimitClass.INFERENCE)

POLICY: Policy = {
    f"{_INFERENCE}/Infer": _PREDICT,
    f"{_INFERENCE}/Disaggregate": _PREDICT,
    f"{_INFERENCE}/StreamDisaggregate": _PREDICT,
    f"{_JOBS}/CreateDisaggregationJob": on_building(Permission.PREDICTIONS_WRITE),
    f"{_JOBS}/GetDisaggregationJob": on_building(Permission.READINGS_READ),
    f"{_JOBS}/ListDisaggregationJobs": on_building(Permission.READINGS_READ),
    f"{_JOBS}/CancelDisaggregationJob": on_building(Permission.PREDICTIONS_WRITE),
    f"{_JOBS}/WatchDisaggregationJob": on_building(Permission.READINGS_READ),
    f"{_MODELS}/ListModels": AUTHENTICATED,
    f"{_MODELS}/GetModel": AUTHENTICATED,
    f"{_MODELS}/GetModelDrift": ADMIN,
    f"{_MODELS}/ReloadModels": ADMIN,
    f"{_OPEN_INFERENCE}/ServerLive": AUTHENTICATED,
    f"{_OPEN_INFERENCE}/ServerReady": AUTHENTICATED,
    f"{_OPEN_INFERENCE}/ModelReady": AUTHENTICATED,
    f"{_OPEN_INFERENCE}/ServerMetadata": AUTHENTICATED,
    f"{_OPEN_INFERENCE}/ModelMetadata": AUTHENTICATED,
    f"{_OPEN_INFERENCE}/ModelInfer": replace(AUTHENTICATED, limit=LimitClass.INFERENCE),
}
