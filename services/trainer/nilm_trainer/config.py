"""What a training run is told: one YAML file, checked before anything is read or written."""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from nilm_core.errors import FailedPreconditionError, FieldViolation, InvalidArgumentError
from nilm_core.ids import is_resource_id
from nilm_models.appliances import APPLIANCES
from nilm_models.entry import EVEN_ODDS
from nilm_trainer.formats import SHARED_FORM, Format, recording_name
from nilm_trainer.programmes import MAKERS

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
Count = Annotated[int, Field(gt=0)]
Part = Literal["training", "validation", "test"]


class _Strict(BaseModel):
    """An unknown field is an error, not a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class House(_Strict):
    """One household's recording and the moment from which it is for testing alone."""

    name: str
    """Name for people, such as `REFIT House 2`."""
    file: Path
    """Its file or folder, relative to the data folder."""
    format: Format = SHARED_FORM
    """How it was published, see `nilm_trainer.formats`."""
    test_start: AwareDatetime | None = None
    """Rows from here on are never read by training; None keeps none apart."""
    licence: str
    """Licence of the data, quoted in the model card."""
    citation: str
    """How to cite the data, quoted in the model card."""

    @property
    def recording(self) -> str:
        """What tells it from another household, whatever the two are called."""
        return recording_name(self.file, self.format)


class Traces(_Strict):
    """Single-appliance recordings that augmentation draws from."""

    folder: Path = Path("traces")
    """Folder of the .npz files, relative to the data folder."""
    activations: dict[str, tuple[str, ...]] = {}
    """Recordings of the appliances themselves by appliance id, pasted with their truth."""
    background: tuple[str, ...] = ()
    """Recordings of other appliances, pasted onto the mains alone."""
    licence: str = ""
    """Licence of the recordings, quoted in the model card."""
    citation: str = ""
    """How to cite the recordings, quoted in the model card."""


class Synthetic(_Strict):
    """Households that are made, where no house at hand has a meter on the appliance."""

    training_households: Count
    """Number that weights and scaling come from."""
    validation_households: Count
    """Number for early stopping and calibration, from other sources."""
    test_households: Count
    """Number for the final scoring, from sources that neither of the others heard."""
    days: Count = 7
    """Length of each."""
    absent_share: Share = 0.15
    """Chance that a household has none of the appliance."""
    second_share: Share = 0.0
    """Chance that one that has it has two, of which the sum is asked for."""
    recordings: dict[str, tuple[str, ...]] = {}
    """Recordings of the appliances themselves by appliance id."""
    recording_share: Share = 0.5
    """An appliance is a recorded one, where there is one; otherwise it is simulated."""
    devices_apart: dict[Literal["validation", "test"], tuple[str, ...]] = {}
    """Devices of `recordings` that are kept from training, by what they are for."""
    background: tuple[str, ...] = ()
    """Recordings of other appliances, of which the rest of the mains is summed."""
    mains_share: Share = 0.0
    """Chance that the rest is the measured mains of a house instead; 0 for an appliance that the
    houses may have without a meter on it, since their mains would then hold it untold."""

    def count_of(self, part: Part) -> int:
        """Returns the number of households of a part."""
        return {
            "training": self.training_households,
            "validation": self.validation_households,
            "test": self.test_households,
        }[part]


class Data(_Strict):
    """What is learnt from."""

    houses: Annotated[tuple[House, ...], Field(min_length=1)]
    """The households, each with its test part cut off; with `synthetic`, what made households are
    summed of."""
    test_houses: tuple[House, ...] = ()
    """Households that are for testing alone, all of them."""
    validation_share: Annotated[float, Field(gt=0.0, lt=0.5)] = 0.15
    """Last share of each house's remaining rows: early stopping and calibration."""
    traces: Traces = Traces()
    """Recordings for augmentation."""
    kind: Literal["real", "synthetic"] = "real"
    """Whether the mains are measured or made; users are told."""
    synthetic: Synthetic | None = None
    """Households that are made instead of those of `houses`."""

    @model_validator(mode="after")
    def _tests_on_other_houses(self) -> "Data":
        trained = {house.recording for house in self.houses}
        both = sorted(trained & {house.recording for house in self.test_houses})
        if both:
            raise ValueError(f"{', '.join(both)}: a test house must not be trained on")
        return self

    @model_validator(mode="after")
    def _made_households_are_told(self) -> "Data":
        if self.synthetic is None:
            return self
        if self.kind != "synthetic":
            raise ValueError("kind must be synthetic where households are made")
        if self.test_houses or self.traces.activations or self.traces.background:
            raise ValueError(
                "test_houses, traces.activations and traces.background must be left out where"
                " households are made: the parts draw from sources of their own"
            )
        return self


class Architecture(_Strict):
    """Which network, or how many of it."""

    name: str
    """A registered architecture."""
    params: dict[str, Any]
    """Fields of the architecture's config; `outputs` follows from the appliances."""
    members: Count = 1
    """Networks that learn the same from different seeds, one after another; what they say is
    averaged."""


class ForeignLoad(_Strict):
    """A made load that is not the appliance: steady, from one moment to another."""

    share: Share
    """Chance that a segment gets one to three of them."""
    power_w: tuple[Positive, Positive]
    """Least and most power, W."""
    minutes: tuple[Count, Count]
    """Shortest and longest run, minutes."""

    @model_validator(mode="after")
    def _ranges_rise(self) -> "ForeignLoad":
        if self.power_w[0] > self.power_w[1] or self.minutes[0] > self.minutes[1]:
            raise ValueError("power_w and minutes must give the smaller number first")
        return self


class Augmentation(_Strict):
    """How a training segment is varied; each share is the chance that it happens."""

    paste_share: Share = 0.4
    """Activations from any house or recording replace an appliance's own, each alone."""
    paste_shares: dict[str, Share] = {}
    """The same for single appliances, by id."""
    most_pasted: Count = 2
    """Most activations of one appliance that are pasted into a segment."""
    recording_share: Share = 0.4
    """An activation that is pasted comes from a recording, where there is one."""
    made_shares: dict[str, Share] = {}
    """Share of the activations pasted that are made up, by appliance id, see
    `nilm_trainer.programmes`."""
    stretch: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.2
    """An activation that is pasted lasts up to this much longer or shorter, as a natural
    logarithm."""
    appliance_scale: Share = 0.2
    """An appliance's power is scaled by 1 plus or minus up to this."""
    background_scale: Share = 0.4
    """The rest of the mains is scaled by 1 plus or minus up to this."""
    offset_w: Annotated[float, Field(ge=0.0)] = 200.0
    """A constant of up to this is added to the mains, W."""
    background_trace_share: Share = 0.3
    """One to three recordings of other appliances are added to the mains."""
    thermostat_share: Share = 0.4
    """One to three made loads that a thermostat switches, ovens and heaters, are added to the
    mains."""
    foreign_loads: tuple[ForeignLoad, ...] = (
        ForeignLoad(share=0.25, power_w=(3500.0, 10000.0), minutes=(1, 20)),
        ForeignLoad(share=0.2, power_w=(500.0, 3000.0), minutes=(20, 120)),
    )
    """What the training houses lack and others have: showers and hobs, heaters and ovens. Their
    ranges must leave out what the appliance itself does."""
    gap_share: Share = 0.2
    """Some short runs of samples are missing."""
    longest_gap: Count = 8
    """Longest such run, samples."""
    future_share: Share = 0.4
    """Everything from a random sample on is missing, as in the newest minutes of a live feed."""
    edge_samples: Annotated[int, Field(ge=2)] = 6
    """The last samples before a missing future, which few segments have."""
    edge_weight: Positive = 4.0
    """Weight of those samples in the loss."""


class Optimiser(_Strict):
    """How the weights are found."""

    epochs: Count = 30
    """Most epochs; the learning rate falls to zero over them (cosine)."""
    steps_per_epoch: Count = 60
    """Batches between two validations."""
    batch_size: Count = 32
    """Segments a batch."""
    segment_outputs: Count = 256
    """Consecutive samples that each segment is asked about."""
    on_segment_share: Share = 0.5
    """Share of segments drawn around a sample where the appliance is on."""
    learning_rate: Positive = 1e-3
    """Highest learning rate (AdamW)."""
    weight_decay: Annotated[float, Field(ge=0.0)] = 1e-4
    """Decoupled weight decay."""
    on_weight: Positive = 2.0
    """Weight of samples that are on in the state loss."""
    power_weight: Positive = 0.3
    """Weight of the power loss beside the state loss."""
    average_decay: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.99
    """Decay a step of the averaged weights, which are the ones validated and exported."""
    patience: Count = 10
    """Epochs without a better validation before training stops."""
    time_limit_s: Positive = 1800.0
    """Seconds after which training stops at the end of an epoch."""
    threads: Count = 1
    """CPU threads."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where the network is trained; `auto` takes a GPU where there is one. On a GPU the forward
    pass is in bfloat16 where it has it."""


class TrainConfig(_Strict):
    """One training run: one set of weights for one or more appliances."""

    name: str
    """Name of the run; `<appliance>_<name>` is the id of a model in the registry."""
    model_version: str
    """Version in the registry."""
    appliances: Annotated[tuple[str, ...], Field(min_length=1)]
    """Ids of the appliances, in the order of the network's outputs."""
    exports: tuple[str, ...] = ()
    """Those of the appliances of which a model is exported; all where none is named. The others
    only help the network to tell what is what."""
    programmes: tuple[str, ...] = ()
    """Those of the appliances of which the network also learns to tell when a programme runs, its
    pauses included. Nothing of it is reported, but the quiet hour after a washing machine has
    heated is what tells it from a dishwasher, and to be on above a threshold does not teach it."""
    seed: Annotated[int, Field(ge=0)]
    """Seed of everything random."""
    choice: str = ""
    """Why this is what ships, quoted in the model card."""
    sample_period_s: Literal[60] = 60
    """Period of the model's samples, seconds; the rules of scoring are for 60."""
    data: Data
    """What is learnt from."""
    architecture: Architecture
    """Which network."""
    augmentation: Augmentation = Augmentation()
    """How segments are varied."""
    optimiser: Optimiser = Optimiser()
    """How the weights are found."""
    on_probabilities: dict[str, Annotated[float, Field(gt=0.0, le=1.0)]] = {}
    """From which calibrated probability an appliance is reported on, by its id; else from 0.5."""

    def member(self, index: int) -> "TrainConfig":
        """Returns the run of one member alone, which has a seed of its own."""
        alone = self.architecture.model_copy(update={"members": 1})
        return self.model_copy(update={"architecture": alone, "seed": self.seed + index})

    def on_probability_of(self, name: str) -> float:
        """Returns the probability from which an appliance is reported on."""
        return self.on_probabilities.get(name, EVEN_ODDS)

    def model_id(self, appliance_id: str) -> str:
        """Returns the id of an appliance's model in the registry."""
        return f"{appliance_id}_{self.name}"

    @property
    def artifact_name(self) -> str:
        """Name of the weights: the model's where it is one, the run's where it is several."""
        one = len(self.appliances) == 1
        return f"{self.model_id(self.appliances[0]) if one else self.name}-{self.model_version}"

    @field_validator("name", "model_version")
    @classmethod
    def _names_a_file(cls, text: str) -> str:
        if not is_resource_id(text.replace(".", "-")):
            raise ValueError("must be 1 to 63 of a-z, 0-9, '.', '_' and '-'")
        return text

    @field_validator("exports", "programmes", "on_probabilities", "augmentation")
    @classmethod
    def _is_of_its_appliances(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, Augmentation):
            names = {*value.paste_shares, *value.made_shares}
            unmade = sorted(set(value.made_shares) - set(MAKERS))
            if unmade:
                raise ValueError(f"made_shares: cannot be made up: {', '.join(unmade)}")
        else:
            names = set(value)
        unknown = sorted(names - set(info.data.get("appliances", names)))
        if unknown:
            raise ValueError(f"not among the appliances: {', '.join(unknown)}")
        return value

    @field_validator("appliances")
    @classmethod
    def _are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(names) - set(APPLIANCES))
        if unknown:
            raise ValueError(f"unknown: {', '.join(unknown)}; known: {', '.join(APPLIANCES)}")
        if len(set(names)) < len(names):
            raise ValueError("names an appliance twice")
        return names


def load_config(path: Path) -> TrainConfig:
    """Reads and checks a config, after those that its `base` names.

    Raises:
        FailedPreconditionError: The file cannot be read or is no YAML.
        InvalidArgumentError: A field is wrong; the message names the file and each field.
    """
    content = _read(path)
    try:
        return TrainConfig.model_validate(content)
    except ValidationError as error:
        violations = [
            FieldViolation(".".join(str(part) for part in each["loc"]), each["msg"])
            for each in error.errors()
        ]
        text = "; ".join(f"{each.field}: {each.description}" for each in violations)
        raise InvalidArgumentError(f"{path}: {text}", violations=violations) from error


def _read(path: Path) -> Any:
    """Returns a file's content laid over that of the file beside it that `base` names, if any."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise FailedPreconditionError(f"{path}: cannot be read: {reason}") from error
    if not isinstance(content, dict) or "base" not in content:
        return content
    base = path.parent / str(content.pop("base"))
    if base == path:
        raise InvalidArgumentError.of_field("base", f"{path}: must not be the file itself")
    return _laid_over(_read(base), content)


def _laid_over(base: Any, changes: Any) -> Any:
    """Returns `changes` where both are not mappings, else the two joined key by key.

    What is null in `changes` is left out.
    """
    if not (isinstance(base, dict) and isinstance(changes, dict)):
        return changes
    joined = {key: _laid_over(base[key], changes[key]) for key in base.keys() & changes.keys()}
    return {key: value for key, value in (base | changes | joined).items() if value is not None}
