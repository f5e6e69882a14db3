"""A program around the unmodified Triton client: JSON commands in, JSON answers out, line by line.

It imports nothing of this project, and is to be run in a process of its own: the client's messages
have the names of ours, and a process knows a name once.
"""

import functools
import json
import sys
import threading
from typing import Any

import grpc
import numpy as np
import tritonclient.grpc as triton
from tritonclient.grpc import service_pb2, service_pb2_grpc
from tritonclient.utils import InferenceServerException


@functools.cache
def client(target: str) -> triton.InferenceServerClient:
    return triton.InferenceServerClient(target)


def ask(target: str, headers: dict[str, str] | None, method: str, *arguments: str) -> Any:
    """Calls one of the client's own methods."""
    named = {"as_json": True} if method.startswith("get_") else {}
    return getattr(client(target), method)(*arguments, headers=headers, **named)


def tensors(case: dict[str, Any]) -> dict[str, Any]:
    """Returns the arguments of the client's `infer`."""
    datatype = case.get("datatype", "FP32")
    values = np.array(case["windows"], dtype={"FP32": np.float32, "FP64": np.float64}[datatype])
    tensor = triton.InferInput(case.get("input", "mains_w"), list(values.shape), datatype)
    tensor.set_data_from_numpy(values)
    outputs = [triton.InferRequestedOutput(name) for name in case.get("outputs", ())]
    return {
        "model_name": case["model"],
        "model_version": case.get("version", ""),
        "inputs": [tensor],
        "outputs": outputs or None,
        "request_id": case.get("id", ""),
        "client_timeout": 60.0,
    }


def told(result: triton.InferResult) -> dict[str, Any]:
    response = result.get_response()
    is_raw = bool(response.raw_output_contents)
    return {
        "outputs": {
            each.name: result.as_numpy(each.name).tolist()
            if is_raw  # the client reads no others
            else list(each.contents.fp32_contents)
            for each in response.outputs
        },
        "model": response.model_name,
        "version": response.model_version,
        "id": response.id,
        "is_raw": is_raw,
    }


def infer(target: str, headers: dict[str, str] | None, case: dict[str, Any]) -> Any:
    return told(client(target).infer(**tensors(case), headers=headers))


def infer_together(
    target: str, headers: dict[str, str] | None, cases: list[dict[str, Any]]
) -> list[Any]:
    """Sends all before it waits for any."""
    answers: list[Any] = [None] * len(cases)
    finished = threading.Semaphore(0)

    def keep(index: int, result: Any, error: Any) -> None:
        answers[index] = failure(error) if error is not None else told(result)
        finished.release()

    for index, case in enumerate(cases):
        callback = functools.partial(keep, index)
        client(target).async_infer(**tensors(case), callback=callback, headers=headers)
    for _ in cases:
        assert finished.acquire(timeout=60)
    return answers


def infer_by_message(
    target: str, headers: dict[str, str] | None, message: dict[str, Any], raw: list[str]
) -> Any:
    """Sends a message of the client's own stubs, with `raw` in hex."""
    request = service_pb2.ModelInferRequest(**message)
    request.raw_input_contents.extend(bytes.fromhex(each) for each in raw)
    with grpc.insecure_channel(target) as channel:
        stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)
        metadata = tuple((headers or {}).items())
        response = stub.ModelInfer(request, metadata=metadata, timeout=60.0)
    return told(triton.InferResult(response))


def failure(error: InferenceServerException) -> dict[str, str]:
    return {"status": str(error.status()), "message": str(error.message())}


def main() -> None:
    """Answers commands until the input ends."""
    commands = {each.__name__: each for each in (ask, infer, infer_together, infer_by_message)}
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            answer = {"answer": commands[name](*arguments)}
        except InferenceServerException as error:
            answer = {"failure": failure(error)}
        except grpc.RpcError as error:
            answer = {"failure": {"status": str(error.code()), "message": error.details()}}
        print(json.dumps(answer), flush=True)  # noqa: T201 its way to answer


if __name__ == "__main__":
    main()
