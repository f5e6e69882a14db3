"""The table from errors to codes is complete, and statuses survive the way there and back."""

from datetime import timedelta

import grpc
import pytest

from nilm_core import errors
from nilm_rpc.status import CODES, code_of, to_status

ALL_ERRORS = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, errors.NilmError)
]


@pytest.mark.parametrize("error_type", ALL_ERRORS)
def test_every_error_has_a_code(error_type: type[errors.NilmError]) -> None:
    assert error_type in CODES


def test_codes_are_distinct() -> None:
    assert len(set(CODES.values())) == len(CODES)


def test_a_subclass_takes_the_code_of_its_parent() -> None:
    class StoreAwayError(errors.UnavailableError):
        """A nearer name."""

    assert code_of(StoreAwayError("away")) is grpc.StatusCode.UNAVAILABLE


def test_details_go_into_the_trailing_metadata() -> None:
    error = errors.ResourceExhaustedError("full", retry_after=timedelta(seconds=2))
    status = to_status(error, "req_1")
    assert status.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert dict(status.trailing_metadata)["grpc-status-details-bin"]
