from datetime import datetime, timedelta
from typing import Any

import grpc
import pytest

from nilm.telemetry.v1 import correction_pb2
from nilm.telemetry.v1 import correction_service_pb2 as pb
from nilm_rpc.convert import from_timestamp, to_timestamp
from tests.contract.telemetry.world import HOME, NOW, World
from tests.support.rpc_errors import failure, fields

MINUTE = timedelta(minutes=1)
START = NOW - timedelta(hours=6)
RAN = correction_pb2.VERDICT_RAN
DID_NOT_RUN = correction_pb2.VERDICT_DID_NOT_RUN


def correction(first: int, last: int, **values: Any) -> pb.CreateCorrectionRequest:
    """Says something of minutes after `START`; by default that the kettle ran."""
    values = {"building_id": HOME, "appliance_id": "kettle", "verdict": RAN, **values}
    return pb.CreateCorrectionRequest(
        start_time=to_timestamp(START + first * MINUTE),
        end_time=to_timestamp(START + last * MINUTE),
        **values,
    )


async def listed(
    world: World, *, start: datetime = START, **values: Any
) -> list[tuple[int, int, int]]:
    """Returns first minute, last minute and verdict of each correction."""
    request = pb.ListCorrectionsRequest(
        building_id=HOME,
        start_time=to_timestamp(start),
        end_time=to_timestamp(NOW),
        **{"appliance_id": "kettle", **values},
    )
    found = []
    while True:
        answer = await world.corrections.ListCorrections(request, **world.viewer)
        found += [
            (
                (from_timestamp(each.start_time, "") - START) // MINUTE,
                (from_timestamp(each.end_time, "") - START) // MINUTE,
                each.verdict,
            )
            for each in answer.corrections
        ]
        if not answer.next_page_token:
            return found
        request.page_token = answer.next_page_token


async def test_what_is_said_is_kept_and_listed(world: World) -> None:
    answer = await world.corrections.CreateCorrection(correction(10, 14), **world.warden)
    assert answer.correction.appliance_id == "kettle"
    assert answer.correction.verdict == RAN
    assert answer.correction.create_time == to_timestamp(NOW)
    await world.corrections.CreateCorrection(
        correction(30, 33, verdict=DID_NOT_RUN), **world.warden
    )
    await world.corrections.CreateCorrection(
        correction(30, 33, appliance_id="microwave"), **world.warden
    )
    assert await listed(world, page_size=1) == [(10, 14, RAN), (30, 33, DID_NOT_RUN)]
    assert await listed(world, appliance_id="microwave") == [(30, 33, RAN)]
    assert await listed(world, start=START + 11 * MINUTE) == [(30, 33, DID_NOT_RUN)]


async def test_the_newer_word_takes_the_place_of_those_that_it_overlaps(world: World) -> None:
    for first, last in ((0, 10), (10, 20), (20, 30)):
        await world.corrections.CreateCorrection(correction(first, last), **world.warden)
    await world.corrections.CreateCorrection(correction(5, 20, verdict=DID_NOT_RUN), **world.warden)
    assert await listed(world) == [(5, 20, DID_NOT_RUN), (20, 30, RAN)]


async def test_a_correction_is_taken_back(world: World) -> None:
    await world.corrections.CreateCorrection(correction(10, 14), **world.warden)
    request = pb.DeleteCorrectionRequest(
        building_id=HOME, appliance_id="kettle", start_time=to_timestamp(START + 10 * MINUTE)
    )
    for _ in range(2):
        await world.corrections.DeleteCorrection(request, **world.warden)
    assert await listed(world) == []
    request.ClearField("start_time")
    error = await failure(
        world.corrections.DeleteCorrection(request, **world.warden),
        grpc.StatusCode.INVALID_ARGUMENT,
    )
    assert fields(error) == ["start_time"]


async def test_who_may_only_look_changes_nothing(world: World) -> None:
    request = correction(10, 14)
    for who, code in (
        (world.viewer, grpc.StatusCode.PERMISSION_DENIED),
        (world.stranger, grpc.StatusCode.NOT_FOUND),
    ):
        await failure(world.corrections.CreateCorrection(request, **who), code)
        delete = pb.DeleteCorrectionRequest(
            building_id=HOME, appliance_id="kettle", start_time=request.start_time
        )
        await failure(world.corrections.DeleteCorrection(delete, **who), code)
    assert await listed(world) == []


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (correction(10, 14, appliance_id="Kettle!"), "appliance_id"),
        (correction(10, 14, verdict=0), "verdict"),
        (correction(10, 14, verdict=9), "verdict"),
        (correction(14, 10), "end_time"),
        (correction(0, 32 * 24 * 60), "end_time"),
        (correction(361, 365), "start_time"),
    ],
)
async def test_what_is_wrong_is_named(
    world: World, request_: pb.CreateCorrectionRequest, field: str
) -> None:
    error = await failure(
        world.corrections.CreateCorrection(request_, **world.warden),
        grpc.StatusCode.INVALID_ARGUMENT,
    )
    assert fields(error) == [field]
