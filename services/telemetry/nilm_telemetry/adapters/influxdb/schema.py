"""What measurements, tags and fields are called in InfluxDB, and the levels of downsampling."""

from dataclasses import dataclass

READING = "reading"
READING_FIELD = "power_w"
PREDICTION = "appliance_prediction"
PREDICTION_FIELDS = ("predicted_kw", "confidence", "period_us", "model_version")

METER = "meter"
KIND = "kind"
DAY = "day"
"""One row for each series and UTC day that was ever written to; see `catalog`."""
TOUCHED, SETTLED = "touched_us", "settled_us"
TOUCH, TOUCHED_DAY = "touch", "day_us"
"""Events: at which time which day was marked as touched."""
SETTLER, SETTLED_UNTIL = "settler", "until_us"
"""All events before are settled."""

CORRECTION = "correction"
CORRECTION_FIELDS = ("end_us", "verdict", "created_us")

READING_QUARTER = "reading_quarter"
READING_QUARTER_FIELDS = (
    "energy_wh",
    "covered_us",
    "min_w",
    "max_w",
    "max_time_us",
    "sum_w",
    "count",
)
PREDICTION_QUARTER = "prediction_quarter"
PREDICTION_QUARTER_FIELDS = ("energy_wh", "covered_us", "on_us", "on_confidence_us")

STATISTICS = ("min_w", "max_w", "sum_w", "count")
"""Fields of a downsampled reading."""
DOWNSAMPLE_FUNCTIONS = ("min", "max", "sum", "count")
"""What makes each of them of raw readings."""
RAW_FUNCTIONS = ("min", "max", "mean", "count")
"""What a window is asked for of raw readings."""
LEVEL_FUNCTIONS = ("min", "max", "sum", "sum")
"""What a window is asked for of each field of downsampled ones."""


@dataclass(frozen=True, slots=True)
class Level:
    """Readings downsampled to one period."""

    name: str
    period_us: int


LEVELS = (
    Level("1h", 3_600_000_000),
    Level("15m", 900_000_000),
    Level("1m", 60_000_000),
)
"""The coarsest first."""
