"""NILMTK's HDF5: meters as pandas tables `/buildingN/elec/meterM` (Batra et al., e-Energy 2014).

The columns of a meter are pairs of a physical quantity and its type, such as `power, active`. What
the meters measure is in the attribute `metadata` of the building, in the terms of NILM Metadata
(Kelly and Knottenbelt, COMPSAC 2014).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import h5py
import numpy as np

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_trainer.formats import NilmtkFormat
from nilm_trainer.household import Household
from nilm_trainer.readers.gathering import Source, Wiring, gather
from nilm_trainer.readers.pandas_table import PandasTable, read_plain
from nilm_trainer.readers.readings import Readings

_TYPES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "kettle": frozenset({"kettle"}),
        "dishwasher": frozenset({"dish washer"}),
        "washing_machine": frozenset({"washing machine", "washer dryer"}),
        "microwave": frozenset({"microwave"}),
        "fridge": frozenset({"fridge", "fridge freezer"}),
    }
)
"""Types of NILM Metadata that are an appliance."""


@dataclass(frozen=True, slots=True)
class _Meters:
    """What the metadata of a building says."""

    mains: tuple[int, ...]
    """Site meters, but those that measure again what another one does."""
    appliances: Mapping[str, tuple[int, ...]]
    """Meters of each appliance."""


class NilmtkReader:
    """Reads one building of a file."""

    def __init__(self, path: Path, form: NilmtkFormat) -> None:
        """Names the file and the building."""
        self._path = path
        self._form = form

    def recorded(self, appliances: Sequence[str]) -> list[str]:
        """Returns those of the appliances that the config or the metadata names."""
        with self._open() as file:
            meters = self._meters(file)
        return [name for name in appliances if name in meters.appliances]

    def read(
        self,
        appliances: Sequence[str],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Household:
        """Reads [since, until) from the meters of the mains and the appliances."""
        with self._open() as file:
            meters = self._meters(file)
            missing = [name for name in appliances if name not in meters.appliances]
            if not meters.mains or missing:
                what = ", ".join((*(() if meters.mains else ("the mains",)), *missing))
                raise FailedPreconditionError(
                    f"{self._path}: the metadata of building {self._form.building} names no meter"
                    f" of {what}; name it in format.mains or format.appliances"
                )
            chosen = {name: meters.appliances[name] for name in appliances}
            used = sorted({*meters.mains, *(each for found in chosen.values() for each in found)})
            sources = [self._source(file, meter) for meter in used]
            wiring = Wiring(
                tuple(map(str, meters.mains)),
                {name: tuple(map(str, found)) for name, found in chosen.items()},
            )
            label = f"{self._path}: building {self._form.building}"
            return gather(label, sources, wiring, self._form, since=since, until=until)

    def _open(self) -> h5py.File:
        if not self._path.is_file():
            raise FailedPreconditionError(f"{self._path}: no such file; is $NILM_DATA set?")
        try:
            return h5py.File(self._path, "r")
        except OSError as error:
            raise DataCorruptionError(f"{self._path}: is no HDF5 file: {error}") from error

    def _building(self, file: h5py.File) -> h5py.Group:
        group = file.get(f"building{self._form.building}")
        if not isinstance(group, h5py.Group):
            there = ", ".join(sorted(name for name in file if name.startswith("building")))
            raise FailedPreconditionError(
                f"{self._path}: no building{self._form.building}; there are {there or 'none'};"
                " choose one in format.building"
            )
        return group

    def _meters(self, file: h5py.File) -> _Meters:
        group = self._building(file)
        metadata = read_plain(group.attrs.get("metadata"), f"{self._path}:{group.name}")
        described = metadata if isinstance(metadata, dict) else {}
        appliances = {**_appliance_meters(described), **self._form.appliances}
        return _Meters(self._form.mains or _site_meters(described), appliances)

    def _source(self, file: h5py.File, meter: int) -> Source:
        name = f"elec/meter{meter}"
        group = self._building(file).get(name)
        label = f"{self._path}:/building{self._form.building}/{name}"
        if not isinstance(group, h5py.Group):
            raise FailedPreconditionError(f"{label}: there is no such meter")
        table = PandasTable(group)
        columns = table.columns()
        asked = self._form.power_type
        for kind in (asked,) if asked else ("active", "apparent"):
            if ("power", kind) in columns:
                field, place = columns["power", kind]
                return Source(label, (str(meter),), partial(_read_meter, table, field, place))
        there = "; ".join(", ".join(map(str, each)) for each in columns)
        raise FailedPreconditionError(
            f"{label}: has no column power, {asked or 'active or apparent'}; there are {there};"
            " choose one in format.power_type"
        )


def _read_meter(table: PandasTable, field: str, place: int) -> Iterator[Readings]:
    for times_us, values in table.pieces(field, place):
        yield Readings(times_us, values.astype(np.float64)[:, np.newaxis])


def _site_meters(metadata: Mapping[str, Any]) -> tuple[int, ...]:
    """Returns the meters whose sum is the site's power."""
    meters = metadata.get("elec_meters")
    return tuple(
        int(number)
        for number, meter in sorted((meters if isinstance(meters, dict) else {}).items())
        if isinstance(meter, dict)
        and meter.get("site_meter")
        and not meter.get("disabled")
        and not meter.get("submeter_of")
    )


def _appliance_meters(metadata: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Returns the meters of each appliance that models know."""
    found: dict[str, tuple[int, ...]] = {}
    described = metadata.get("appliances")
    for each in described if isinstance(described, list) else ():
        if not isinstance(each, dict):
            continue
        kind, meters = each.get("type"), each.get("meters")
        for name, types in _TYPES.items():
            if kind in types and meters:
                before = found.get(name, ())
                new = tuple(int(meter) for meter in meters if meter and meter not in before)
                found[name] = before + new
    return {name: meters for name, meters in found.items() if meters}
