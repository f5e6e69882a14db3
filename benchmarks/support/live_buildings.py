"""Buildings whose meters send readings as time goes by, and how far each is predicted."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import grpc
import numpy as np

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import auth_service_pb2_grpc as auth_grpc
from nilm.buildings.v1 import building_service_pb2 as building_pb
from nilm.buildings.v1 import building_service_pb2_grpc as building_grpc
from nilm.buildings.v1 import meter_pb2
from nilm.buildings.v1 import meter_service_pb2 as meter_pb
from nilm.buildings.v1 import meter_service_pb2_grpc as meter_grpc
from nilm.telemetry.v1 import prediction_service_pb2 as prediction_pb
from nilm.telemetry.v1 import prediction_service_pb2_grpc as prediction_grpc
from nilm.telemetry.v1 import reading_pb2
from nilm.telemetry.v1 import reading_service_pb2 as reading_pb
from nilm.telemetry.v1 import reading_service_pb2_grpc as reading_grpc
from nilm_models.entry import is_synthetic
from nilm_rpc.channel import connect
from nilm_rpc.convert import to_timestamp
from support.inference_stack import InferenceStack

_POLL_PERIOD_S = 0.25
_US_PER_S = 1_000_000
_SETUP_AT_ONCE = 8


class LiveBuildings:
    """Writes readings of each building, and sees how far its predictions reach."""

    def __init__(
        self,
        telemetry: grpc.aio.Channel,
        owner: tuple[tuple[str, str], ...],
        service_token: str,
        building_ids: Sequence[str],
        appliance_ids: frozenset[str],
    ) -> None:
        self._readings = reading_grpc.ReadingServiceStub(telemetry)
        self._predictions = prediction_grpc.PredictionServiceStub(telemetry)
        self._owner = owner
        self._service = (("authorization", f"Bearer {service_token}"),)
        self._appliance_ids = appliance_ids
        self._rng = np.random.default_rng(1)
        self._sent_s: dict[str, list[float]] = {each: [] for each in building_ids}
        self.building_ids = building_ids

    async def write(self, building_id: str, last: datetime, period: timedelta, count: int) -> None:
        """Writes so many readings, the last of them at `last`."""
        period_us = int(period.total_seconds() * _US_PER_S)
        columns = reading_pb2.ReadingColumns(
            start_time=to_timestamp(last - (count - 1) * period),
            offset_us=range(0, count * period_us, period_us),
            power_w=self._rng.uniform(50.0, 3_000.0, count).tolist(),
        )
        request = reading_pb.WriteReadingsRequest(building_id=building_id, readings=columns)
        answer = await self._readings.WriteReadings(request, metadata=self._owner, timeout=30)
        assert answer.accepted_count == count

    async def send(self, period: timedelta) -> None:
        """Sends a reading of each building every `period`, evenly spread, until it is cancelled."""
        step_s = period.total_seconds() / len(self.building_ids)
        due = time.time()
        async with asyncio.TaskGroup() as writes:
            while True:
                for building_id in self.building_ids:
                    await asyncio.sleep(due - time.time())
                    now = datetime.now(UTC)
                    self._sent_s[building_id].append(now.timestamp())
                    writes.create_task(self.write(building_id, now, period, 1))
                    due += step_s

    async def lags(self, cell_end: datetime, patience: timedelta) -> list[float]:
        """Returns for each building the time from the reading that closes a cell to its end, s.

        The end is when the predictions of the cell were seen, or when that was given up. Nobody
        looks before the cell has closed.
        """
        closed_s = cell_end.timestamp()
        await asyncio.sleep(closed_s - time.time())
        seen_s = await self.predicted(cell_end, patience)
        given_up_s = time.time()
        return [
            seen_s.get(building_id, given_up_s) - next(sent for sent in sent_s if sent >= closed_s)
            for building_id, sent_s in self._sent_s.items()
        ]

    async def predicted(self, until: datetime, patience: timedelta) -> dict[str, float]:
        """Returns the Unix time, s, at which each building was seen to be predicted so far.

        Those that were not after `patience` are left out.
        """
        seen_s: dict[str, float] = {}
        until_s = until.timestamp()
        given_up_s = time.time() + patience.total_seconds()
        while len(seen_s) < len(self.building_ids) and time.time() < given_up_s:
            reaches = await self._predicted_until()
            now_s = time.time()
            for building_id in self.building_ids:
                if building_id not in seen_s and reaches.get(building_id, 0) >= until_s:
                    seen_s[building_id] = now_s
            await asyncio.sleep(_POLL_PERIOD_S)
        return seen_s

    async def _predicted_until(self) -> Mapping[str, int]:
        """Returns the Unix time, s, until which every appliance of each building is predicted."""
        answer = await self._predictions.ListActivity(
            prediction_pb.ListActivityRequest(), metadata=self._service, timeout=30
        )
        reaches: dict[str, int] = {}
        for building in answer.buildings:
            if {each.appliance_id for each in building.reaches} >= self._appliance_ids:
                reaches[building.building_id] = min(
                    each.predicted_until_time.seconds for each in building.reaches
                )
        return reaches


@asynccontextmanager
async def live_buildings(
    stack: InferenceStack, count: int, service_secret: str
) -> AsyncIterator[LiveBuildings]:
    """Makes buildings with a mains meter each, of one owner."""
    async with connect(stack.auth_target) as auth, connect(stack.telemetry_target) as telemetry:
        answer = await auth_grpc.AuthServiceStub(auth).IssueServiceToken(
            auth_pb.IssueServiceTokenRequest(
                service_name="inference", service_secret=service_secret
            ),
            timeout=10,
        )
        places = asyncio.Semaphore(_SETUP_AT_ONCE)

        async def make(number: int) -> str:
            async with places:
                return await _make_building(auth, stack.metadata, number)

        building_ids = await asyncio.gather(*map(make, range(count)))
        appliance_ids = frozenset(
            name
            for name, model in stack.models.models().items()
            if not is_synthetic(model.entry)  # those wait until their appliance is entered
        )
        yield LiveBuildings(
            telemetry, stack.metadata, answer.access_token, building_ids, appliance_ids
        )


async def _make_building(
    auth: grpc.aio.Channel, owner: tuple[tuple[str, str], ...], number: int
) -> str:
    create = building_pb.CreateBuildingRequest(
        display_name=f"Home {number}", time_zone="Europe/London"
    )
    buildings = building_grpc.BuildingServiceStub(auth)
    home = await buildings.CreateBuilding(create, metadata=owner, timeout=10)
    building_id: str = home.building.building_id
    meter = meter_pb.CreateMeterRequest(
        building_id=building_id, display_name="Mains", kind=meter_pb2.METER_KIND_MAINS
    )
    await meter_grpc.MeterServiceStub(auth).CreateMeter(meter, metadata=owner, timeout=10)
    return building_id
