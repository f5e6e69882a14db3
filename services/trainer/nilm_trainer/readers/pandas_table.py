"""The table in which pandas keeps a frame in HDF5, read without pandas.

PyTables writes one compound row for each row of the frame: `index`, then one field for each block
of columns of one type. Attributes that are no plain numbers or strings are pickled; they are read
as plain data alone, and no class that a pickle names is ever looked up.
"""

import io
import pickle
from collections.abc import Iterator
from typing import Any

import blosc
import h5py
import numpy as np
import numpy.typing as npt

from nilm_core.errors import DataCorruptionError
from nilm_trainer.readers.readings import Int64Array

_BLOSC = 32001
"""Its number among HDF5's filters; NILMTK writes its files with it."""
_BUILT_IN = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}
_ROWS = 100_000
_NS_PER_TICK = {"datetime64": 1, "ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}

Column = tuple[str, ...]


class PandasTable:
    """One frame with times as its index."""

    def __init__(self, group: h5py.Group) -> None:
        """Names the group that holds the frame.

        Raises:
            DataCorruptionError: It holds no frame in table form.
        """
        self._label = f"{group.file.filename}:{group.name}"
        table = group.get("table")
        if not isinstance(table, h5py.Dataset) or "index" not in (table.dtype.names or ()):
            raise DataCorruptionError(
                f"{self._label}: is no frame in pandas' table form (format='table')"
            )
        self._table = table

    def columns(self) -> dict[Column, tuple[str, int]]:
        """Returns where each column is: the field of the row, and the place in it.

        Raises:
            DataCorruptionError: The names are not kept as pandas keeps them.
        """
        found = {}
        for field in self._table.dtype.names:
            if field == "index":
                continue
            kept = read_plain(self._table.attrs.get(f"{field}_kind"), self._label)
            if not isinstance(kept, list):
                raise DataCorruptionError(f"{self._label}: {field} does not name its columns")
            for place, name in enumerate(kept):
                found[name if isinstance(name, tuple) else (name,)] = (field, place)
        return found

    def pieces(self, field: str, place: int) -> Iterator[tuple[Int64Array, npt.NDArray[Any]]]:
        """Reads one column piece by piece.

        Returns:
            Times, microseconds since the epoch, UTC, and values, both of shape (n,).

        Raises:
            DataCorruptionError: The file is damaged, or compressed in a way that is not known.
        """
        ns_per_tick = self._ns_per_tick()
        try:
            for rows in self._rows():
                values = rows[field].reshape(len(rows), -1)[:, place]
                yield rows["index"] * ns_per_tick // 1_000, values
        except (OSError, RuntimeError, ValueError, blosc.blosc_extension.error) as error:
            raise DataCorruptionError(f"{self._label}: cannot be read: {error}") from error

    def _ns_per_tick(self) -> int:
        kind = self._table.attrs.get("index_kind", b"")
        text = kind.decode() if isinstance(kind, bytes) else str(kind)
        unit = text.removeprefix("datetime64[").removesuffix("]")
        if unit not in _NS_PER_TICK:
            raise DataCorruptionError(f"{self._label}: its index is {text or 'unknown'}, not times")
        return _NS_PER_TICK[unit]

    def _rows(self) -> Iterator[npt.NDArray[Any]]:
        settings = self._table.id.get_create_plist()
        filters = {settings.get_filter(index)[0] for index in range(settings.get_nfilters())}
        if filters <= _BUILT_IN:
            for first in range(0, len(self._table), _ROWS):
                yield self._table[first : first + _ROWS]
        elif filters == {_BLOSC}:
            yield from self._blosc_rows()
        else:
            raise DataCorruptionError(
                f"{self._label}: is compressed with HDF5's filters {sorted(filters)}, of which not"
                " all are known here; write it anew with ptrepack --complevel=5 --complib=zlib"
            )

    def _blosc_rows(self) -> Iterator[npt.NDArray[Any]]:
        rows, chunk = len(self._table), self._table.chunks[0]
        for first in range(0, rows, chunk):
            skipped_filters, content = self._table.id.read_direct_chunk((first,))
            data = content if skipped_filters else blosc.decompress(content)
            yield np.frombuffer(data, dtype=self._table.dtype)[: rows - first]


def read_plain(attribute: Any, label: str) -> Any:
    """Returns what an attribute holds that PyTables pickled; None where there is none.

    Raises:
        DataCorruptionError: It is no pickle.
    """
    if attribute is None:
        return None
    try:
        return _PlainUnpickler(io.BytesIO(bytes(attribute)), encoding="utf-8").load()
    except Exception as error:
        raise DataCorruptionError(f"{label}: an attribute cannot be read: {error}") from error


class _Opaque:
    """Stands in for whatever is no plain data, such as a date, and keeps nothing of it."""

    def __init__(self, *_: Any) -> None:
        """Forgets what it is made of."""

    def __setstate__(self, _: Any) -> None:
        """Forgets what it is filled with."""


class _PlainUnpickler(pickle.Unpickler):
    """Reads numbers, strings, lists, tuples and dicts."""

    def find_class(self, module: str, name: str) -> type:
        """Returns a stand-in; nothing is imported."""
        return dict if (module, name) == ("collections", "OrderedDict") else _Opaque
