"""Which RPC needs what; a method that is absent is denied."""

from dataclasses import replace

from nilm_core.access import Permission
from nilm_rpc.policy import ADMIN, AUTHENTICATED, LimitClass, Policy, on_building

_INFERENCE = "/nilm.inference.v1.InferenceService"
_MODELS = "/nilm.inference.v1.ModelService"

_PREDICT = replace(on_building(Permission.PREDICTIONS_WRITE), limit=LimitClass.INFERENCE)

POLICY: Policy = {
    f"{_INFERENCE}/Infer": _PREDICT,
    f"{_INFERENCE}/Disaggregate": _PREDICT,
    f"{_INFERENCE}/StreamDisaggregate": _PREDICT,
    f"{_MODELS}/ListModels": AUTHENTICATED,
    f"{_MODELS}/GetModel": AUTHENTICATED,
    f"{_MODELS}/ReloadModels": ADMIN,
}
