"""How long batches take, as measured."""

_WEIGHT = 0.25
"""Share of the newest measurement in what is expected."""


class Pace:
    """Expects of a batch what batches of its size took lately.

    Sizes are kept by powers of two. A size never seen is expected to take as long as the slowest
    of the smaller ones, which is less than it will: what is expected of it refuses nobody wrongly.
    One thread may measure while another one expects.
    """

    def __init__(self) -> None:
        self._seconds: dict[int, float] = {}

    def measured(self, size: int, duration_s: float) -> None:
        """Takes in how long a batch took, s."""
        kind = size.bit_length()
        before = self._seconds.get(kind, duration_s)
        self._seconds = {**self._seconds, kind: before + _WEIGHT * (duration_s - before)}

    def expected(self, size: int) -> float:
        """Returns the time that a batch is expected to take, s; 0 where nothing is known."""
        kind, seconds = size.bit_length(), self._seconds
        if kind in seconds:
            return seconds[kind]
        return max((each for known, each in seconds.items() if known < kind), default=0.0)
