from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nilm_core.timegrid import to_us
from nilm_telemetry.domain.readings import Readings
from nilm_telemetry.domain.validation import MESSAGES, RejectionReason, validate

NOW = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "power_w", "reason"),
    [
        (timedelta(0), np.nan, RejectionReason.NOT_FINITE),
        (timedelta(0), -np.inf, RejectionReason.NOT_FINITE),
        (timedelta(0), 1e300, RejectionReason.OUT_OF_RANGE),
        (timedelta(0), -10_000_001.0, RejectionReason.OUT_OF_RANGE),
        (timedelta(minutes=5, microseconds=1), 0.0, RejectionReason.IN_FUTURE),
        (timedelta(days=-20_000), 0.0, RejectionReason.TOO_OLD),
        (timedelta(days=-20_000), np.nan, RejectionReason.NOT_FINITE),
        (timedelta(minutes=5), 10_000_000.0, None),
        (datetime(2000, 1, 1, tzinfo=UTC) - NOW, -10_000_000.0, None),
    ],
)
def test_the_bounds_of_a_reading(
    ahead: timedelta, power_w: float, reason: RejectionReason | None
) -> None:
    readings = Readings(np.array([to_us(NOW), to_us(NOW + ahead)]), np.array([1.0, power_w]))
    good, rejected = validate(readings, NOW, first_index=40)
    assert [(one.index, one.reason) for one in rejected] == ([(41, reason)] if reason else [])
    assert all(one.message == MESSAGES[one.reason] for one in rejected)
    assert good.times_us.tolist()[:1] == [to_us(NOW)]
    assert len(good) == 2 - len(rejected)
    assert good.power_w.dtype == np.float32
