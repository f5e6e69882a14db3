"""Every query is real Flux, and holds no text of a caller."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nilm_core.errors import InvalidArgumentError
from nilm_core.ids import is_resource_id
from nilm_telemetry.adapters.influxdb import flux
from nilm_telemetry.adapters.influxdb.client import InfluxClient
from nilm_telemetry.adapters.influxdb.config import InfluxConfig
from nilm_telemetry.adapters.influxdb.flux import FluxTemplate, Series, series
from nilm_telemetry.adapters.influxdb.schema import DOWNSAMPLE_FUNCTIONS, LEVELS
from nilm_telemetry.adapters.influxdb.tasks import DownsampleTasks
from tests.support.flux_parser import are_valid

TEMPLATES = {
    name: template for name, template in vars(flux).items() if isinstance(template, FluxTemplate)
}
ID = "mtr_4k2mzq0v7w1c9d3x"
SHAPES: dict[str, list[object]] = {
    "bucket": ["raw_sensor_data", "Raw.data-2"],
    "target": ["raw_sensor_data_15m"],
    "start": [0, -1, 1_709_251_200_000_001, flux.MIN_TIME_US, -(2**70)],
    "stop": [1_709_251_200_000_000, flux.MAX_TIME_US, 2**60, 2**70],
    "every": [1, 60_000_000, 364 * 86_400_000_000],
    "offset": [0, 999],
    "limit": [1, 50_001],
    "function": ["min", "max", "mean", "sum", "count"],
    "series": [
        series("reading", "power_w", meter_id=ID),
        series("appliance_prediction", "predicted_kw", "confidence", building_id=ID),
        Series("reading", ("power_w",), {"meter_id": [ID, "mtr_2", "a-b"]}),
        Series("reading", (), {"meter_id": []}),
    ],
    "columns": [("_time", "_value"), ("_time", "_field", "_value", "building_id")],
    "field": ["min_w"],
    "name": ["count"],
    "task": ["raw_sensor_data_1h"],
}
"""Every shape that a parameter can have."""

INJECTIONS = [
    '") |> drop(columns: ["x"]) //',
    'a" or r.meter_id != "',
    "${now()}",
    "a\\",
    'mtr_1"\n|> yield()',
    "mtr_1\n",
    "Mtr_1",
    "mtr 1",
    "mtr_1 ",
    "ключ",
    "",
    "$limit",
]


def shapes(template: FluxTemplate) -> list[dict[str, object]]:
    """Returns values such that each parameter has each of its shapes once at least."""
    longest = max(len(SHAPES[name]) for name in template.parameters)
    return [
        {name: SHAPES[name][n % len(SHAPES[name])] for name in template.parameters}
        for n in range(longest)
    ]


def test_a_real_parser_accepts_every_template_in_every_shape() -> None:
    scripts = [
        template.render(**values)
        for name, template in TEMPLATES.items()
        for values in shapes(template)
        if name != "TASK_STATISTIC"  # a part of a script, which the tasks have as a whole
    ]
    tasks = DownsampleTasks(InfluxClient(InfluxConfig("http://127.0.0.1:1", "nilm", "token")))
    scripts += [tasks.script(level) for level in LEVELS]
    assert len(scripts) > 4 * len(TEMPLATES)
    refused = [
        script for script, valid in zip(scripts, are_valid(scripts), strict=True) if not valid
    ]
    assert refused == []


def test_that_parser_refuses_what_is_no_flux() -> None:
    good = flux.WINDOWS.render(**shapes(flux.WINDOWS)[0])
    wrong = [good.replace("every:", "evry:"), good.replace("|> keep(", "|> kept("), good[:-2]]
    assert are_valid([good, *wrong]) == [True, False, False, False]


def test_every_parameter_of_every_template_is_typed() -> None:
    for name, template in TEMPLATES.items():
        assert template.parameters <= SHAPES.keys(), name


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_injection_gets_through_any_parameter_of_any_template(text: str) -> None:
    for template in TEMPLATES.values():
        values = shapes(template)[0]
        for name in template.parameters:
            tries: list[object] = [text]
            if name == "series":
                tries = [
                    series(text, "power_w"),
                    series("reading", text),
                    series("reading", "power_w", meter_id=text),
                    Series("reading", (), {text: ["mtr_1"]}),
                ]
            elif name == "columns":
                tries = [("_time", text), (f"_{text}",)]
            elif name in ("bucket", "target", "task") and text == "Mtr_1":
                continue  # a bucket may be called so
            for wrong in tries:
                with pytest.raises((InvalidArgumentError, TypeError, ValueError)):
                    template.render(**{**values, name: wrong})


@settings(deadline=None)
@given(st.text())
def test_no_text_but_an_id_is_taken_for_an_id(text: str) -> None:
    if is_resource_id(text):
        assert flux.resource_id("meter_id", text) == text
    else:
        with pytest.raises(InvalidArgumentError, match="meter_id"):
            flux.resource_id("meter_id", text)


@settings(deadline=None)
@given(st.integers())
def test_any_number_is_a_time_that_flux_can_hold(time_us: int) -> None:
    query = flux.ROWS.render(
        bucket="raw", start=time_us, stop=time_us, series=series("reading"), columns=("_time",)
    )
    year = int(query.split("start: ")[1][:4])
    assert 1677 <= year <= 2262


@pytest.mark.parametrize("wrong", [1.5, "1", None, True])
@pytest.mark.parametrize("name", ["start", "stop", "limit"])
def test_numbers_are_integers(name: str, wrong: object) -> None:
    values = {**shapes(flux.PAGE)[0], name: wrong}
    with pytest.raises(TypeError):
        flux.PAGE.render(**values)


def test_windows_push_down_and_do_not_pivot() -> None:
    """InfluxDB pushes these down where nothing stands between range, filter and the windows."""
    lines = flux.WINDOWS.render(**shapes(flux.WINDOWS)[0]).split("\n  |> ")
    calls = [line.split("(")[0] for line in lines]
    assert calls == ["from", "range", "filter", "aggregateWindow", "keep"]
    assert not any("pivot" in template.text for template in TEMPLATES.values())
    assert set(DOWNSAMPLE_FUNCTIONS) <= {"min", "max", "mean", "sum", "count"}
