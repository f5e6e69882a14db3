"""The Open Inference Protocol: tensors to arrays and back."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from nilm.open_inference.v2 import grpc_inference_service_pb2 as oip_pb
from nilm_core.errors import InvalidArgumentError
from nilm_inference.convert.windows import check_power
from nilm_inference.domain.series import Float32Array
from nilm_models.bundle import LoadedModel
from nilm_models.dense import Estimate

_INPUT = "mains_w"
_OUTPUTS: Mapping[str, Callable[[Estimate], Float32Array]] = MappingProxyType(
    {
        "power_w": lambda estimate: estimate.power_w,
        "on_probability": lambda estimate: estimate.on_probability,
        "confidence": lambda estimate: estimate.confidence,
    }
)
_DATATYPE = "FP32"
_LITTLE_ENDIAN = np.dtype("<f4")
_PLATFORM = "pytorch_safetensors"


def windows_from(request: oip_pb.ModelInferRequest, window: int) -> Float32Array:
    """Returns the windows, W, shape (B, window); NaN is missing.

    Raises:
        InvalidArgumentError: There is another input, or its type, shape or contents are wrong.
    """
    if len(request.inputs) != 1:
        raise InvalidArgumentError.of_field(
            "inputs", f"must be one tensor, {_INPUT}; there are {len(request.inputs)}"
        )
    [tensor] = request.inputs
    _check(tensor.name == _INPUT, "name", f"must be {_INPUT}, not {tensor.name!r}")
    _check(
        tensor.datatype == _DATATYPE, "datatype", f"must be {_DATATYPE}, not {tensor.datatype!r}"
    )
    _check(not tensor.parameters, "parameters", "no extension of the protocol is served")
    shape = tuple(tensor.shape)
    is_batch = len(shape) == 2 and shape[0] >= 1 and shape[1] == window  # noqa: PLR2004 - two axes
    _check(is_batch, "shape", f"must be [B, {window}] with B at least 1, not {list(shape)}")
    values = _values(request)
    if values.size != shape[0] * window:
        where = "raw_input_contents[0]" if request.raw_input_contents else "inputs[0].contents"
        raise InvalidArgumentError.of_field(
            where, f"must have {shape[0] * window} elements for this shape, not {values.size}"
        )
    check_power(values, _INPUT, "10 MW")
    return values.reshape(shape)


def wanted_outputs(request: oip_pb.ModelInferRequest) -> Sequence[str]:
    """Returns the names of the outputs to answer, in order.

    Raises:
        InvalidArgumentError: One is not known, or asked for twice, or has parameters.
    """
    names = [each.name for each in request.outputs]
    for index, each in enumerate(request.outputs):
        field = f"outputs[{index}]"
        if each.name not in _OUTPUTS:
            raise InvalidArgumentError.of_field(
                f"{field}.name", f"must be one of {', '.join(_OUTPUTS)}, not {each.name!r}"
            )
        if each.name in names[:index]:
            raise InvalidArgumentError.of_field(f"{field}.name", "is asked for twice")
        if each.parameters:
            raise InvalidArgumentError.of_field(
                f"{field}.parameters", "no extension of the protocol is served"
            )
    return names or list(_OUTPUTS)


def infer_response(
    request: oip_pb.ModelInferRequest,
    model: LoadedModel,
    estimate: Estimate,
    outputs: Sequence[str],
) -> oip_pb.ModelInferResponse:
    """Returns the tensors of an answer, raw where the request was raw."""
    response = oip_pb.ModelInferResponse(
        model_name=model.entry.appliance_id,
        model_version=model.entry.model_version,
        id=request.id,
    )
    for name in outputs:
        values = _OUTPUTS[name](estimate)
        tensor = response.outputs.add(name=name, datatype=_DATATYPE, shape=values.shape)
        if request.raw_input_contents:
            response.raw_output_contents.append(values.astype(_LITTLE_ENDIAN).tobytes())
        else:
            tensor.contents.fp32_contents.extend(values.tolist())
    return response


def metadata_response(model: LoadedModel) -> oip_pb.ModelMetadataResponse:
    """Returns the tensors that a model takes and gives."""
    tensor = oip_pb.ModelMetadataResponse.TensorMetadata
    return oip_pb.ModelMetadataResponse(
        name=model.entry.appliance_id,
        versions=[model.entry.model_version],
        platform=_PLATFORM,
        inputs=[tensor(name=_INPUT, datatype=_DATATYPE, shape=[-1, model.entry.input_window_size])],
        outputs=[tensor(name=name, datatype=_DATATYPE, shape=[-1]) for name in _OUTPUTS],
    )


def _values(request: oip_pb.ModelInferRequest) -> Float32Array:
    """Returns the elements of the one input, shape (n,)."""
    typed = request.inputs[0].contents
    raw = request.raw_input_contents
    if not raw:
        return np.fromiter(typed.fp32_contents, np.float32, len(typed.fp32_contents))
    _check(not typed.ListFields(), "contents", "must be left out where raw_input_contents is given")
    if len(raw) != 1 or len(raw[0]) % _LITTLE_ENDIAN.itemsize:
        raise InvalidArgumentError.of_field(
            "raw_input_contents", "must be one for each input, of 4 bytes an element"
        )
    return np.frombuffer(raw[0], _LITTLE_ENDIAN).astype(np.float32, copy=False)


def _check(is_right: bool, field: str, description: str) -> None:
    if not is_right:
        raise InvalidArgumentError.of_field(f"inputs[0].{field}", description)
