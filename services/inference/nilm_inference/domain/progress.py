"""How far a disaggregation is, and the token to go on with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nilm_core.errors import InvalidArgumentError
from nilm_core.paging import decode_page_token, encode_page_token
from nilm_core.timegrid import from_us, to_us


@dataclass(frozen=True, slots=True)
class IntervalRequest:
    """An interval of a building to disaggregate."""

    building_id: str
    appliance_ids: tuple[str, ...]
    """Empty for all that have an active model."""
    start: datetime
    end: datetime
    """First instant after."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a disaggregation is."""

    request: IntervalRequest
    done_until: datetime
    """Everything before this is durable."""
    prediction_count: int
    """Predictions kept so far, those before a resumption included."""

    @property
    def fraction(self) -> float:
        """Part of the interval that is done, 0 to 1."""
        return (self.done_until - self.request.start) / (self.request.end - self.request.start)

    @property
    def resume_token(self) -> str:
        """Token to go on from here with; it fits the same request alone."""
        position = f"{to_us(self.done_until)}:{self.prediction_count}"
        return encode_page_token(position, _binding(self.request))


def resume(request: IntervalRequest, token: str) -> Progress:
    """Returns where to begin: the start of the interval, or where `token` says.

    Raises:
        InvalidArgumentError: The token is damaged, or of another request.
    """
    try:
        position = decode_page_token(token, _binding(request))
    except InvalidArgumentError:
        raise InvalidArgumentError.of_field(
            "resume_token",
            "is not of this building, interval and appliances; send the last one that this very "
            "request was answered with, or none to begin",
        ) from None
    if position is None:
        return Progress(request, request.start, 0)
    done_us, _, count = position.partition(":")
    return Progress(request, from_us(int(done_us)), int(count))


def known_appliances(
    asked: Sequence[str], served: Sequence[str], field: str = "appliance_ids"
) -> tuple[str, ...]:
    """Returns the appliances to estimate, in the order in which they are served.

    Raises:
        InvalidArgumentError: One is not served; the message lists those that are.
    """
    for index, appliance_id in enumerate(asked):
        if appliance_id not in served:
            raise InvalidArgumentError.of_field(f"{field}[{index}]", not_served(served))
    return tuple(name for name in served if not asked or name in asked)


def not_served(served: Sequence[str]) -> str:
    """Returns the sentence for an appliance without an active model."""
    return f"no active model serves this appliance; there are: {', '.join(served) or 'none'}"


def _binding(request: IntervalRequest) -> dict[str, str]:
    return {
        "building_id": request.building_id,
        "appliance_ids": ",".join(sorted(set(request.appliance_ids))),
        "start_us": str(to_us(request.start)),
        "end_us": str(to_us(request.end)),
    }
