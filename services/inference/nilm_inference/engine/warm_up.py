"""Runs a model before it serves, so that no caller pays for its first run."""

import numpy as np

from nilm_core.errors import DataCorruptionError
from nilm_inference.engine.executor import TorchExecutor
from nilm_models.bundle import LoadedModel
from nilm_models.dense import evaluate_windows


class WarmUp:
    """Runs one window and one full batch, each in its turn among the batches of callers."""

    def __init__(self, executor: TorchExecutor, max_batch: int) -> None:
        self._executor = executor
        self._sizes = (1, max_batch)

    def __call__(self, model: LoadedModel) -> None:
        """Runs a model, from another thread than the event loop's.

        Raises:
            DataCorruptionError: It does not run, or says what is no number.
        """
        entry = model.entry
        name = f"{entry.model_id} {entry.model_version}"
        for size in self._sizes:
            windows_w = np.full(
                (size, entry.input_window_size), entry.preprocessing.mean_w, np.float32
            )
            try:
                estimate = self._executor.run_and_wait(evaluate_windows, model, windows_w)
            except RuntimeError as error:  # of torch
                line = " ".join(str(error).split())
                raise DataCorruptionError(f"{name}: does not run: {line}") from error
            if not np.isfinite(estimate.on_probability).all():
                raise DataCorruptionError(f"{name}: answers what is no number")
