"""Reads plain JSON values strictly, naming the path of whatever is wrong."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

_T = TypeVar("_T")


class FieldError(ValueError):
    """A value that is missing, of the wrong type or out of range; its text names the path."""

    def __init__(self, path: str, description: str) -> None:
        super().__init__(f"{path}: {description}")
        self.path = path


class Fields:
    """One JSON object, each key to be taken once; `finish` refuses what nobody asked for.

    Raises:
        FieldError: The value is no object.
    """

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise FieldError(path or "the file", "must be an object")
        self._rest: dict[str, Any] = dict(value)
        self._path = path

    def path_of(self, key: str) -> str:
        """Returns the path of a key, such as `models[0].metrics`."""
        return f"{self._path}.{key}" if self._path else key

    def text(self, key: str) -> str:
        """Takes a string that is not empty."""
        value = self._take(key, str, "a string")
        if not value:
            raise FieldError(self.path_of(key), "must not be empty")
        return value

    def flag(self, key: str) -> bool:
        """Takes true or false."""
        return self._take(key, bool, "true or false")

    def number(self, key: str, *, above: float = -math.inf) -> float:
        """Takes a finite number above a bound."""
        value = float(self._number(key))
        if not (math.isfinite(value) and value > above):
            limit = "" if above == -math.inf else f" above {above:g}"
            raise FieldError(self.path_of(key), f"must be a finite number{limit}")
        return value

    def whole(self, key: str) -> int:
        """Takes a whole number above 0."""
        value = self._number(key)
        if not isinstance(value, int) or value <= 0:
            raise FieldError(self.path_of(key), "must be a whole number above 0")
        return value

    def index(self, key: str) -> int:
        """Takes a whole number from 0; 0 where it is left out."""
        if key not in self._rest:
            return 0
        value = self._number(key)
        if not isinstance(value, int) or value < 0:
            raise FieldError(self.path_of(key), "must be a whole number from 0")
        return value

    def share(self, key: str, *, default: float) -> float:
        """Takes a number above 0, at most 1; the default where it is left out."""
        value = self.number(key) if key in self._rest else default
        if not 0.0 < value <= 1.0:
            raise FieldError(self.path_of(key), "must be above 0, at most 1")
        return value

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """Takes one of a few strings."""
        value = self.text(key)
        if value not in allowed:
            raise FieldError(self.path_of(key), f"must be one of {', '.join(allowed)}")
        return value

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Takes an object as it is."""
        return self._take(key, dict, "an object")

    def child(self, key: str) -> "Fields":
        """Takes an object to be read field by field."""
        return Fields(self._take(key, dict, "an object"), self.path_of(key))

    def children(self, key: str) -> list["Fields"]:
        """Takes a list of objects to be read field by field."""
        values = self._take(key, list, "a list")
        return [Fields(value, f"{self.path_of(key)}[{i}]") for i, value in enumerate(values)]

    def optional(self, key: str) -> "Fields | None":
        """Takes an object to be read field by field; None where it is left out."""
        return self.child(key) if key in self._rest else None

    def counts(self, key: str, length: int) -> tuple[int, ...]:
        """Takes a list of so many whole numbers from 0."""
        values = self._take(key, list, "a list")
        if len(values) != length or any(type(each) is not int or each < 0 for each in values):
            raise FieldError(self.path_of(key), f"must be {length} whole numbers from 0")
        return tuple(values)

    def numbers(self, key: str) -> dict[str, float]:
        """Takes an object whose values are all finite numbers."""
        values = self.mapping(key)
        child = Fields(values, self.path_of(key))
        return {name: child.number(name) for name in values}

    def time(self, key: str) -> datetime:
        """Takes a time in ISO 8601 with its offset from UTC, and returns it in UTC."""
        try:
            time = datetime.fromisoformat(self.text(key))
        except ValueError as error:
            raise FieldError(self.path_of(key), "must be a time in ISO 8601") from error
        if time.tzinfo is None:
            raise FieldError(self.path_of(key), "must say its offset from UTC")
        return time.astimezone(UTC)

    def times(self, key: str) -> dict[str, datetime]:
        """Takes an object whose values are all times; empty where it is left out."""
        values = self.mapping(key) if key in self._rest else {}
        child = Fields(values, self.path_of(key))
        return {name: child.time(name) for name in values}

    def finish(self) -> None:
        """Refuses keys that were not taken."""
        for key in self._rest:
            raise FieldError(self.path_of(key), "is not known")

    def _number(self, key: str) -> int | float:
        value = self._take(key, (int, float), "a number")
        if isinstance(value, bool):
            raise FieldError(self.path_of(key), "must be a number")
        return value

    def _take(self, key: str, kind: type[_T] | tuple[type[_T], ...], words: str) -> _T:
        if key not in self._rest:
            raise FieldError(self.path_of(key), "is missing")
        value = self._rest.pop(key)
        if not isinstance(value, kind):
            raise FieldError(self.path_of(key), f"must be {words}")
        return value
