"""A house's folder of `labels.dat` and `channel_M.dat`, as UK-DALE and REDD publish it.

A line of `labels.dat` is a channel's number and its label, one of `channel_M.dat` a time in Unix
seconds and a power in W, both separated by a space.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_trainer.formats import ReddFormat, UkDaleFormat
from nilm_trainer.household import Household
from nilm_trainer.readers.columns import read_columns
from nilm_trainer.readers.gathering import Source, Wiring, gather
from nilm_trainer.readers.readings import Readings
from nilm_trainer.readers.times import unix_times_us


class HouseFolder:
    """Reads a folder whose channels are told apart by their labels or by the config."""

    mains_label: str
    """Label of the channels whose sum is the mains."""
    appliance_labels: Mapping[str, frozenset[str]]
    """Labels that name an appliance, by its id; the id itself always does."""

    def __init__(self, path: Path, form: UkDaleFormat | ReddFormat) -> None:
        """Names the folder."""
        self._path = path
        self._form = form

    def recorded(self, appliances: Sequence[str]) -> list[str]:
        """Returns those of the appliances that the config or a label names."""
        labels = self._labels()
        return [name for name in appliances if self._channels_of(name, labels)]

    def read(
        self,
        appliances: Sequence[str],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Household:
        """Reads [since, until) from the channels of the mains and the appliances."""
        labels = self._labels()
        mains = self._form.mains or _labelled(labels, frozenset({self.mains_label}))
        if not mains:
            raise FailedPreconditionError(
                f"{self._path / 'labels.dat'}: no channel is labelled {self.mains_label!r}; name"
                " the channels of the mains in format.mains"
            )
        channels = {name: self._channels_of(name, labels) for name in appliances}
        missing = [name for name, found in channels.items() if not found]
        if missing:
            raise FailedPreconditionError(
                f"{self._path / 'labels.dat'}: no channel is labelled {', '.join(missing)}; there"
                f" are {', '.join(sorted(set(labels.values())))}; name the channel in"
                " format.appliances"
            )
        used = sorted({*mains, *(each for found in channels.values() for each in found)})
        sources = [self._source(channel, labels) for channel in used]
        wiring = Wiring(
            tuple(map(str, mains)),
            {name: tuple(map(str, found)) for name, found in channels.items()},
        )
        return gather(str(self._path), sources, wiring, self._form, since=since, until=until)

    def _channels_of(self, appliance: str, labels: Mapping[int, str]) -> tuple[int, ...]:
        named = self._form.appliances.get(appliance)
        return named or _labelled(labels, self.appliance_labels.get(appliance, frozenset()))

    def _source(self, channel: int, labels: Mapping[int, str]) -> Source:
        path = self._path / f"channel_{channel}.dat"
        label = f"{path} ({labels.get(channel, 'without a label')})"
        return Source(label, (str(channel),), partial(_read_channel, path))

    def _labels(self) -> dict[int, str]:
        if not self._path.is_dir():
            raise FailedPreconditionError(
                f"{self._path}: no such folder; file must be the folder of one house, such as"
                " house_1"
            )
        path = self._path / "labels.dat"
        if not path.is_file():
            raise FailedPreconditionError(f"{path}: no such file; it names the channels")
        labels = {}
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            channel, _, label = line.strip().partition(" ")
            if not channel:
                continue
            if not channel.isdecimal() or not label:
                raise DataCorruptionError(
                    f"{path}: line {number} is no number of a channel and its label"
                )
            labels[int(channel)] = label.strip()
        return labels


def _labelled(labels: Mapping[int, str], wanted: frozenset[str]) -> tuple[int, ...]:
    return tuple(sorted(channel for channel, label in labels.items() if label in wanted))


def _read_channel(path: Path) -> Iterator[Readings]:
    types = {"time": pa.float64(), "power": pa.float64()}
    for batch in read_columns(path, types, separator=" ", names=tuple(types)):
        power_w = batch["power"].to_numpy(zero_copy_only=False)
        yield Readings(unix_times_us(path, batch["time"]), power_w[:, np.newaxis])
