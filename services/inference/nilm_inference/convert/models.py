"""Registered models as messages."""

from nilm.inference.v1 import model_pb2
from nilm.inference.v1 import model_service_pb2 as model_pb
from nilm_inference.convert.training_data import training_data_to
from nilm_inference.service.catalog import RegisteredModel
from nilm_models.store import ReloadReport
from nilm_rpc.convert import to_duration


def model_message(model: RegisteredModel) -> model_pb2.Model:
    """Returns a model and its state."""
    entry = model.entry
    return model_pb2.Model(
        model_id=entry.model_id,
        model_version=entry.model_version,
        appliance_id=entry.appliance_id,
        architecture=entry.architecture,
        input_window_size=entry.input_window_size,
        sample_period=to_duration(entry.sample_period),
        artifact_sha256=entry.artifact_sha256,
        metrics=entry.metrics,
        training_data=training_data_to(entry.training_data),
        state=f"MODEL_STATE_{model.state}",
        refusal=model.refusal,
        memory_bytes=model.memory_bytes,
        on_threshold_w=entry.on_threshold_w,
    )


def reload_response(
    ready_model_ids: list[str], report: ReloadReport
) -> model_pb.ReloadModelsResponse:
    """Returns what a reload did."""
    return model_pb.ReloadModelsResponse(
        ready_model_ids=ready_model_ids,
        refused=[
            model_pb.RefusedModel(model_id=each.model_id, message=each.reason)
            for each in report.refused
        ],
    )
