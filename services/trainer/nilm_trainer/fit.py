"""The training loop: epochs, validation, early stopping, checkpoints, curves."""

import copy
import logging
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import Tensor
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

from nilm_models.architectures import Disaggregator
from nilm_trainer.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from nilm_trainer.config import Optimiser
from nilm_trainer.optimise import Optimisation, epoch_generator
from nilm_trainer.parallel import Workers
from nilm_trainer.segments import SegmentSampler
from nilm_trainer.validation import Judge, Verdict, value_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The best network of a run."""

    network: Disaggregator
    """In eval mode."""
    verdicts: Sequence[Verdict]
    """How good it is for each appliance on the validation part, with its calibration."""
    epoch: int
    """The epoch that it comes from, from 1."""


@dataclass(slots=True)
class _Progress:
    """What changes from epoch to epoch beside the optimisation itself."""

    epoch: int = 0
    best_epoch: int = 0
    best_value: float = -1.0
    elapsed_s: float = 0.0


class Fit:
    """One run, which may be killed after any epoch and begun again from there."""

    def __init__(
        self,
        optimisation: Optimisation,
        sampler: SegmentSampler,
        judge: Judge,
        settings: Optimiser,
        *,
        run_dir: Path,
        seed: int,
        appliances: Sequence[str],
        workers: Workers,
    ) -> None:
        self._optimisation = optimisation
        self._sampler = sampler
        self._judge = judge
        self._settings = settings
        self._run_dir = run_dir
        self._seed = seed
        self._appliances = appliances
        self._workers = workers
        self._best = copy.deepcopy(optimisation.averaged).cpu()
        self._progress = _Progress()

    def run(self, *, show_progress: bool) -> Fitted:
        """Trains until the epochs, the patience or the time is used up.

        Returns:
            The best network by the validation score.

        Raises:
            DataCorruptionError: The checkpoint of an earlier start is damaged.
        """
        self._resume()
        bar = tqdm(
            total=self._settings.epochs,
            initial=self._progress.epoch,
            desc="epochs",
            disable=not (show_progress and self._workers.is_first),
        )
        with bar, self._curves() as curves:
            while not self._finished():
                self._epoch(curves)
                bar.update()
                bar.set_postfix(best_f1=f"{self._progress.best_value:.3f}")
        return Fitted(self._best, self._judge.verdicts(self._best), self._progress.best_epoch)

    def _curves(self) -> AbstractContextManager[SummaryWriter | None]:
        return SummaryWriter(str(self._run_dir)) if self._workers.is_first else nullcontext()

    def _epoch(self, curves: SummaryWriter | None) -> None:
        began = time.monotonic()
        rng = epoch_generator(self._seed, self._workers.rank, self._progress.epoch)
        steps = range(self._settings.steps_per_epoch)
        losses = [self._optimisation.step(self._sampler.draw(rng)) for _ in steps]
        averaged = self._optimisation.averaged_on_cpu()
        verdicts = self._judge.verdicts(averaged)
        progress = self._progress
        progress.epoch += 1
        if (value := value_of(verdicts)) > progress.best_value:
            progress.best_value, progress.best_epoch = value, progress.epoch
            self._best.load_state_dict(averaged.state_dict())
        elapsed_s = progress.elapsed_s + time.monotonic() - began
        progress.elapsed_s = self._workers.agree(elapsed_s)
        if curves is not None:
            self._write(curves, float(np.mean(losses)), verdicts)
            self._save()

    def _write(self, curves: SummaryWriter, loss: float, verdicts: Sequence[Verdict]) -> None:
        curves.add_scalar("train/loss", loss, self._progress.epoch)
        words = [f"loss={loss:.4f}"]
        for name, verdict in zip(self._appliances, verdicts, strict=True):
            figures = {
                "f1": verdict.score.f1,
                "mae_w": verdict.score.mae_w,
                "sae": verdict.score.sae,
                "ece": verdict.ece,
            }
            for figure, value in figures.items():
                if value is not None:
                    curves.add_scalar(f"validation/{name}/{figure}", value, self._progress.epoch)
            words.append(f"{name} f1={verdict.score.f1 or 0.0:.3f} mae={verdict.score.mae_w:.2f} W")
        logger.info("epoch %d: %s", self._progress.epoch, ", ".join(words))

    def _finished(self) -> bool:
        progress, settings = self._progress, self._settings
        return (
            progress.epoch >= settings.epochs
            or progress.epoch - progress.best_epoch >= settings.patience
            or progress.elapsed_s >= settings.time_limit_s
        )

    def _save(self) -> None:
        tensors = self._optimisation.state_tensors()
        tensors |= {f"best.{name}": value for name, value in self._best.state_dict().items()}
        facts = {
            "steps": self._optimisation.step_count,
            "epoch": self._progress.epoch,
            "best_epoch": self._progress.best_epoch,
            "best_value": self._progress.best_value,
            "elapsed_s": self._progress.elapsed_s,
        }
        save_checkpoint(self._run_dir, Checkpoint(tensors, facts))

    def _resume(self) -> None:
        found = load_checkpoint(self._run_dir)
        if found is None:
            return
        facts = found.facts
        self._optimisation.load_state_tensors(found.tensors, int(facts["steps"]))
        best: dict[str, Tensor] = {
            name.removeprefix("best."): value
            for name, value in found.tensors.items()
            if name.startswith("best.")
        }
        self._best.load_state_dict(best)
        self._progress = _Progress(
            facts["epoch"], facts["best_epoch"], facts["best_value"], facts["elapsed_s"]
        )
        logger.info("resumed after epoch %d", self._progress.epoch)
