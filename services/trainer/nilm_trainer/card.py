"""The model card: what a model was made from, how good it is, and where it should not be used.

Mitchell et al.: Model cards for model reporting. FAT* 2019.
"""

import math
from pathlib import Path

from nilm_models.appliances import appliance
from nilm_models.entry import ModelEntry
from nilm_trainer.config import TrainConfig
from nilm_trainer.synthetic import describe


def write_card(models_dir: Path, entry: ModelEntry, config: TrainConfig) -> Path:
    """Writes `<model_id>-<model_version>.md` beside the weights and returns its path."""
    path = models_dir / f"{entry.model_id}-{entry.model_version}.md"
    path.write_text(card_text(entry, config), encoding="utf-8")
    return path


def card_text(entry: ModelEntry, config: TrainConfig) -> str:
    """Returns the card as Markdown."""
    kind = appliance(entry.appliance_id)
    period_s = int(entry.sample_period.total_seconds())
    minutes = entry.input_window_size * period_s / 60
    name = kind.display_name.lower()
    sections = [
        f"# {kind.display_name}: {entry.model_id} {entry.model_version}",
        (
            f"Estimates the power of a {name} and the probability that it is on from a building's "
            f"mains power alone. Trained on {entry.training_data} data."
        ),
        (
            "## Network\n"
            f"- Architecture `{entry.architecture}` with `{dict(entry.architecture_params)}`\n"
            f"- Input: {entry.input_window_size} samples of {period_s} s ({minutes:.0f} minutes) "
            "of mains power, W; output: the sample in the middle\n"
            f"- Weights: `{entry.artifact_path}`, SHA-256 `{entry.artifact_sha256}`"
        ),
        f"## Data\n{_data_lines(entry, config)}",
        f"## Scores\n{_score_table(entry)}",
        *((describe.SCORES,) if config.data.synthetic is not None else ()),
        (
            "Figures are per minute: means of two 30 s rows, both of which have mains and the "
            f"appliance's power with the logger up. On means above {entry.on_threshold_w:g} W. "
            "`always_off_mae_w` is the error of saying 0 W all the time; an error is to be read "
            "beside it. `ece` is the expected calibration error of the probability of being on."
        ),
        *((f"## Why it ships\n{config.choice}",) if config.choice else ()),
        f"## Limits\n{_limit_lines(entry, config)}",
    ]
    return "\n\n".join(sections) + "\n"


def _data_lines(entry: ModelEntry, config: TrainConfig) -> str:
    if config.data.synthetic is not None:
        return "\n".join(describe.data_lines(config, config.data.synthetic, entry.appliance_id))
    lines = [
        f"- {house.name}: all of it kept apart for the test. Licence {house.licence}. "
        f"{house.citation}"
        for house in config.data.test_houses
    ]
    for house in config.data.houses:
        apart = (
            f"from {house.test_start:%Y-%m-%d %H:%M} UTC on kept apart for the test"
            if house.test_start
            else "all of it for training and validation"
        )
        lines.append(f"- {house.name}: {apart}. Licence {house.licence}. {house.citation}")
    share = round(100 * config.data.validation_share)
    lines.append(
        f"- The last {share} % of what is left of each house serve early stopping and calibration "
        "alone; weights and scaling come from the rest."
    )
    traces = config.data.traces
    if traces.activations or traces.background:
        pasted = ", ".join(traces.activations.get(entry.appliance_id, ())) or "none"
        others = ", ".join(traces.background) or "none"
        lines.append(
            f"- Augmentation with recordings at the plug (of the appliance: {pasted}; of others: "
            f"{others}). Licence {traces.licence}. {traces.citation}"
        )
    return "\n".join(lines)


def _score_table(entry: ModelEntry) -> str:
    names = [name for name in entry.metrics if not name.startswith("validation_")]
    shown = names or [name.removeprefix("validation_") for name in entry.metrics]
    rows = ["| figure | test | validation |", "|---|---|---|"]
    for name in shown:
        test = entry.metrics.get(name)
        validation = entry.metrics.get(f"validation_{name}")
        rows.append(f"| {name} | {_cell(test)} | {_cell(validation)} |")
    return "\n".join(rows)


def _cell(value: float | None) -> str:
    return "none" if value is None else f"{value:g}"


def _limit_lines(entry: ModelEntry, config: TrainConfig) -> str:
    lines = [
        *_learnt_from_lines(entry, config),
        (
            "- The newest samples are estimated before their future is known and may change when "
            "it is."
        ),
        (
            "- A household may have none of this appliance; the model does not know and may still "
            "report it."
        ),
        "- Not for billing, safety or medical purposes.",
    ]
    if entry.metrics.get("mae_w", 0.0) >= entry.metrics.get("always_off_mae_w", math.inf):
        lines.insert(
            0,
            "- On the test part its error in watts is no smaller than that of saying 0 W all the "
            "time: its runs are a hint, its energy is not to be relied on.",
        )
    return "\n".join(lines)


def _learnt_from_lines(entry: ModelEntry, config: TrainConfig) -> list[str]:
    if config.data.synthetic is not None:
        return describe.limit_lines(entry.appliance_id)
    houses = ", ".join(house.name for house in config.data.houses)
    return [
        (
            f"- Learnt from few houses ({houses}): expect lower scores in another one, above all "
            "where an appliance of similar power is in use."
        )
    ]
