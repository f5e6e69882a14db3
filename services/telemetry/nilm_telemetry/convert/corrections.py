"""Corrections as messages."""

from collections.abc import Mapping
from types import MappingProxyType

from nilm.telemetry.v1 import correction_pb2
from nilm_core.errors import InvalidArgumentError
from nilm_rpc.convert import timestamp_of_us
from nilm_telemetry.domain.corrections import Correction, Verdict

_VERDICTS: Mapping[Verdict, correction_pb2.Verdict] = MappingProxyType(
    {
        Verdict.RAN: correction_pb2.VERDICT_RAN,
        Verdict.DID_NOT_RUN: correction_pb2.VERDICT_DID_NOT_RUN,
    }
)


def verdict_from(value: correction_pb2.Verdict) -> Verdict:
    """Returns what a request says.

    Raises:
        InvalidArgumentError: It says nothing.
    """
    for verdict, known in _VERDICTS.items():
        if value == known:
            return verdict
    known_names = ", ".join(correction_pb2.Verdict.Name(each) for each in _VERDICTS.values())
    raise InvalidArgumentError.of_field("verdict", f"must be one of {known_names}")


def correction_to(appliance_id: str, correction: Correction) -> correction_pb2.Correction:
    """Returns a correction as a message."""
    return correction_pb2.Correction(
        appliance_id=appliance_id,
        start_time=timestamp_of_us(correction.start_us),
        end_time=timestamp_of_us(correction.end_us),
        verdict=_VERDICTS[correction.verdict],
        create_time=timestamp_of_us(correction.created_us),
    )
