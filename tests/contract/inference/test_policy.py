"""Every RPC of the contract has a rule, and every servicer has every RPC."""

import pytest

from nilm.inference.v1 import inference_service_pb2, job_service_pb2, model_service_pb2
from nilm.open_inference.v2 import grpc_inference_service_pb2
from nilm_inference.policy import POLICY
from nilm_inference.servicer.inference import InferenceServicer
from nilm_inference.servicer.jobs import JobServicer
from nilm_inference.servicer.models import ModelServicer
from nilm_inference.servicer.open_inference import OpenInferenceServicer
from nilm_rpc.policy import LimitClass

SERVICES = {
    InferenceServicer: inference_service_pb2.DESCRIPTOR.services_by_name["InferenceService"],
    JobServicer: job_service_pb2.DESCRIPTOR.services_by_name["JobService"],
    ModelServicer: model_service_pb2.DESCRIPTOR.services_by_name["ModelService"],
    OpenInferenceServicer: grpc_inference_service_pb2.DESCRIPTOR.services_by_name[
        "GRPCInferenceService"
    ],
}


def test_the_policy_has_a_row_for_each_rpc_and_no_other() -> None:
    rpcs = {
        f"/{service.full_name}/{method.name}"
        for service in SERVICES.values()
        for method in service.methods
    }
    assert set(POLICY) == rpcs


@pytest.mark.parametrize("servicer", SERVICES)
def test_each_rpc_is_served(servicer: type) -> None:
    assert {method.name for method in SERVICES[servicer].methods} <= set(vars(servicer))


def test_what_runs_a_model_counts_towards_the_limit_of_inference() -> None:
    for method, rule in POLICY.items():
        runs_models = method.startswith(
            ("/nilm.inference.v1.InferenceService/", "/inference.GRPCInferenceService/ModelInfer")
        )
        assert (rule.limit is LimitClass.INFERENCE) == runs_models, method
