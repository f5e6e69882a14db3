"""A Triton server with the network behind its dynamic batcher."""

import os

import numpy as np
from pytriton.decorators import batch
from pytriton.model_config import DynamicBatcher, ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig
from seq2point import load_network

_WINDOW = 599


def main() -> None:
    """Serves gRPC on the port that the environment names, until it is told to stop."""
    answer = load_network()

    @batch
    def infer(windows_w: np.ndarray) -> dict[str, np.ndarray]:
        return {"outputs": answer(windows_w)}

    config = TritonConfig(
        grpc_port=int(os.environ["PEERS_PORT"]),
        http_port=int(os.environ["PEERS_HTTP_PORT"]),
        metrics_port=int(os.environ["PEERS_METRICS_PORT"]),
        grpc_address="127.0.0.1",
        http_address="127.0.0.1",
    )
    with Triton(config=config) as triton:
        triton.bind(
            model_name="seq2point",
            infer_func=infer,
            inputs=[Tensor(name="windows_w", dtype=np.float32, shape=(_WINDOW,))],
            outputs=[Tensor(name="outputs", dtype=np.float32, shape=(2,))],
            config=ModelConfig(
                max_batch_size=int(os.environ["PEERS_MAX_BATCH"]),
                batcher=DynamicBatcher(max_queue_delay_microseconds=0),
            ),
        )
        triton.serve()


if __name__ == "__main__":
    main()
