from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nilm.buildings.v1 import meter_pb2
from tests.contract.telemetry.stand_in_auth import WARDEN, Building, StandInAuth
from tests.integration.telemetry.process import Household, make_secret

METERS = ("mtr_0", "mtr_1", "mtr_2", "mtr_3")


@pytest.fixture
async def household(tmp_path: Path) -> AsyncIterator[Household]:
    secret_file, verifier = make_secret(tmp_path)
    auth = StandInAuth()
    home = auth.add(Building("bld_home", {"warden": WARDEN}))
    for meter_id in METERS:
        home.add_meter(meter_id, meter_pb2.METER_KIND_APPLIANCE, meter_id)
    async with auth.served(verifier) as auth_target:
        yield Household(tmp_path, auth_target, secret_file)
