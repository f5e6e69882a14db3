import pytest

from nilm_core.errors import NotFoundError
from nilm_core.ids import is_resource_id
from nilm_models.appliances import APPLIANCES, appliance


def test_thresholds_are_those_that_scores_go_by() -> None:
    assert {name: each.on_threshold_w for name, each in APPLIANCES.items()} == {
        "kettle": 500.0,
        "dishwasher": 300.0,
        "washing_machine": 300.0,
        "microwave": 200.0,
        "fridge": 50.0,
        "heat_pump": 200.0,
    }


def test_ids_may_name_resources() -> None:
    assert all(is_resource_id(name) for name in APPLIANCES)


def test_an_unknown_appliance_lists_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match="'sauna'; known: kettle, dishwasher"):
        appliance("sauna")
