"""One training run from its config to the registry."""

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import torch

from nilm_models.appliances import appliance
from nilm_models.architectures import build_architecture
from nilm_models.architectures.ensemble import Ensemble
from nilm_models.entry import ModelEntry
from nilm_trainer.config import TrainConfig, load_config
from nilm_trainer.export import export_models, network_shape
from nilm_trainer.fit import Fit, Fitted
from nilm_trainer.household import data_folder
from nilm_trainer.optimise import Optimisation, prepare_torch
from nilm_trainer.parallel import Workers, chosen_device, workers
from nilm_trainer.prepare import Scaling, prepare
from nilm_trainer.segments import SegmentSampler, SegmentShape
from nilm_trainer.split import HouseParts, training_parts
from nilm_trainer.validation import Judge, value_of
from nilm_trainer.variation import Variation

logger = logging.getLogger(__name__)


def train(
    config_path: Path,
    *,
    models_dir: Path = Path("models"),
    runs_dir: Path = Path("runs"),
    data_dir: Path | None = None,
    show_progress: bool = True,
) -> tuple[ModelEntry, ...]:
    """Trains a set of weights, exports it and makes it the active one of its appliances.

    A run that was killed goes on after its last whole epoch when it is started again with the
    same config; on a CPU, alone, the result is the one that it would have had.

    Args:
        config_path: YAML file, see `nilm_trainer.config`.
        models_dir: Where the registry and the weights go.
        runs_dir: Where checkpoints and TensorBoard curves go, one folder a config.
        data_dir: Folder of the data; by default `$NILM_DATA`, else `../shared/data`.
        show_progress: Whether a progress bar is drawn.

    Returns:
        The entries in the registry, one an appliance, with their scores; none in the other
        processes of a data-parallel run than the first.

    Raises:
        InvalidArgumentError: The config is wrong.
        FailedPreconditionError: Data is missing, an appliance is never on in it, or there is no GPU
            for the process.
        DataCorruptionError: Data or a checkpoint is damaged.
    """
    return train_config(
        load_config(config_path),
        models_dir=models_dir,
        runs_dir=runs_dir,
        data_dir=data_dir or data_folder(),
        show_progress=show_progress,
    )


def train_config(
    config: TrainConfig,
    *,
    models_dir: Path,
    runs_dir: Path,
    data_dir: Path,
    show_progress: bool = False,
) -> tuple[ModelEntry, ...]:
    """Trains by a config that was read already, see `train`."""
    fits: list[tuple[Fitted, Scaling]] = []
    with workers(chosen_device(config.optimiser.device)) as team:
        for index in range(config.architecture.members):
            member = config.member(index)
            run_dir = runs_dir / f"{member.artifact_name}-{_fingerprint(member)}"
            run_dir.mkdir(parents=True, exist_ok=True)
            fits.append(fit_model(member, data_dir, run_dir, team, show_progress=show_progress))
    if not team.is_first:
        return ()
    fitted, scaling = fits[0] if len(fits) == 1 else _together(config, fits, data_dir)
    logger.info("best epoch %d, validation F1 %.3f", fitted.epoch, value_of(fitted.verdicts))
    return export_models(config, fitted, scaling, models_dir=models_dir, data_dir=data_dir)


def fit_model(
    config: TrainConfig, data_dir: Path, run_dir: Path, team: Workers, *, show_progress: bool
) -> tuple[Fitted, Scaling]:
    """Finds the weights, from the training and validation parts alone.

    All processes of a data-parallel run start from the same weights and the same checkpoint.
    """
    torch.manual_seed(config.seed)
    prepare_torch(config.optimiser)
    houses = training_parts(config, data_dir)
    rows_dir = run_dir / f"rows_{team.rank}"
    rows_dir.mkdir(exist_ok=True)
    data = prepare(config, houses, data_dir, rows_dir)
    network = build_architecture(*network_shape(config))
    thresholds_w = [appliance(name).on_threshold_w for name in config.appliances]
    sampler = SegmentSampler(
        data.stores,
        Variation(data.pools, data.background_days, config.augmentation),
        shape=SegmentShape(network.input_window_size, config.optimiser.segment_outputs),
        augmentation=config.augmentation,
        optimiser=config.optimiser,
        mean_w=data.scaling.mean_w,
        std_w=data.scaling.std_w,
        thresholds_w=thresholds_w,
    )
    optimisation = Optimisation(
        network,
        config.optimiser,
        thresholds_w=thresholds_w,
        power_scales_w=data.scaling.power_scales_w,
        programmes=[config.appliances.index(name) for name in config.programmes],
        workers=team,
    )
    fit = Fit(
        optimisation,
        sampler,
        _judge(config, houses, data.scaling),
        config.optimiser,
        run_dir=run_dir,
        seed=config.seed,
        appliances=config.appliances,
        workers=team,
    )
    return fit.run(show_progress=show_progress), data.scaling


def _together(
    config: TrainConfig, fits: Sequence[tuple[Fitted, Scaling]], data_dir: Path
) -> tuple[Fitted, Scaling]:
    """Returns the mean of the members, calibrated anew."""
    network = build_architecture(*network_shape(config)).eval()
    members = cast("Ensemble", network).members
    for member, (fitted, _) in zip(members, fits, strict=True):
        member.load_state_dict(fitted.network.state_dict())
    scaling = fits[0][1]
    verdicts = _judge(config, training_parts(config, data_dir), scaling).verdicts(network)
    return Fitted(network, verdicts, max(fitted.epoch for fitted, _ in fits)), scaling


def _judge(config: TrainConfig, houses: Sequence[HouseParts], scaling: Scaling) -> Judge:
    return Judge(
        [house.validation.minutes() for house in houses],
        config.appliances,
        scaling,
        [config.on_probability_of(name) for name in config.appliances],
    )


def _fingerprint(config: TrainConfig) -> str:
    """Returns a short name of all that a config says."""
    return hashlib.sha256(config.model_dump_json().encode()).hexdigest()[:8]
