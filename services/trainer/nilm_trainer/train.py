"""One training run from its config to the registry."""

import hashlib
import logging
from pathlib import Path

from nilm_models.appliances import appliance
from nilm_models.architectures import build_architecture
from nilm_models.entry import ModelEntry
from nilm_trainer.config import TrainConfig, load_config
from nilm_trainer.export import export_model
from nilm_trainer.fit import Fit, Fitted
from nilm_trainer.household import data_folder
from nilm_trainer.optimise import Optimisation, batch_generator, seed_torch
from nilm_trainer.prepare import Scaling, prepare
from nilm_trainer.segments import SegmentSampler, SegmentShape
from nilm_trainer.split import training_parts
from nilm_trainer.validation import Judge

logger = logging.getLogger(__name__)


def train(
    config_path: Path,
    *,
    models_dir: Path = Path("models"),
    runs_dir: Path = Path("runs"),
    data_dir: Path | None = None,
    show_progress: bool = True,
) -> ModelEntry:
    """Trains a model, exports it and makes it the active one of its appliance.

    A run that was killed goes on after its last whole epoch when it is started again with the
    same config; the result is the one that it would have had.

    Args:
        config_path: YAML file, see `nilm_trainer.config`.
        models_dir: Where the registry and the weights go.
        runs_dir: Where checkpoints and TensorBoard curves go, one folder a config.
        data_dir: Folder of the data; by default `$NILM_DATA`, else `../shared/data`.
        show_progress: Whether a progress bar is drawn.

    Returns:
        The model's entry in the registry, with its scores.

    Raises:
        InvalidArgumentError: The config is wrong.
        FailedPreconditionError: Data is missing, or the appliance is never on in it.
        DataCorruptionError: Data or a checkpoint is damaged.
    """
    config = load_config(config_path)
    data_dir = data_dir or data_folder()
    run_dir = runs_dir / f"{config.model_id}-{config.model_version}-{_fingerprint(config)}"
    run_dir.mkdir(parents=True, exist_ok=True)
    fitted, scaling = fit_model(config, data_dir, run_dir, show_progress=show_progress)
    logger.info("best epoch %d, validation F1 %.3f", fitted.epoch, fitted.verdict.value)
    return export_model(config, fitted, scaling, models_dir=models_dir, data_dir=data_dir)


def fit_model(
    config: TrainConfig, data_dir: Path, run_dir: Path, *, show_progress: bool
) -> tuple[Fitted, Scaling]:
    """Finds the weights, from the training and validation parts alone."""
    seed_torch(config.seed, config.optimiser.threads)
    houses = training_parts(config, data_dir)
    data = prepare(config, houses, data_dir, run_dir)
    network = build_architecture(config.architecture.name, config.architecture.params)
    sampler = SegmentSampler(
        data.stores,
        data.activations,
        data.background_days,
        shape=SegmentShape(network.input_window_size, config.optimiser.segment_outputs),
        augmentation=config.augmentation,
        optimiser=config.optimiser,
        mean_w=data.scaling.mean_w,
        std_w=data.scaling.std_w,
    )
    optimisation = Optimisation(
        network,
        config.optimiser,
        threshold_w=appliance(config.appliance).on_threshold_w,
        power_scale_w=data.scaling.power_scale_w,
    )
    judge = Judge([house.validation.minutes() for house in houses], config.appliance, data.scaling)
    fit = Fit(
        optimisation,
        sampler,
        judge,
        config.optimiser,
        run_dir=run_dir,
        rng=batch_generator(config.seed),
    )
    return fit.run(show_progress=show_progress), data.scaling


def _fingerprint(config: TrainConfig) -> str:
    """Returns a short name of all that a config says."""
    return hashlib.sha256(config.model_dump_json().encode()).hexdigest()[:8]
