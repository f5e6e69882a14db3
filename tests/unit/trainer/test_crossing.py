import pytest

from nilm_core.errors import FailedPreconditionError
from nilm_trainer.config import load_config
from nilm_trainer.crossing import left_out
from tests.unit.trainer.made_household import SMOKE_CONFIG

CONFIG = load_config(SMOKE_CONFIG.with_name("unet.yaml"))


def test_the_house_that_is_left_out_is_for_testing_alone() -> None:
    for house in CONFIG.data.houses:
        crossed = left_out(CONFIG, house, seed=4)
        assert [each.name for each in crossed.data.test_houses] == [house.name]
        assert house.file not in {each.file for each in crossed.data.houses}
        assert len(crossed.data.houses) == len(CONFIG.data.houses) - 1
        assert crossed.seed == 4


def test_the_others_are_trained_on_whole() -> None:
    crossed = left_out(CONFIG, CONFIG.data.houses[1], seed=4)
    assert CONFIG.data.houses[0].test_start is not None
    assert [each.test_start for each in crossed.data.houses] == [None]
    assert crossed.data.test_houses[0].test_start is None


def test_made_households_cannot_be_left_out() -> None:
    config = load_config(SMOKE_CONFIG.with_name("fridge_synthetic.yaml"))
    with pytest.raises(FailedPreconditionError, match="only measured ones can be left out"):
        left_out(config, config.data.houses[0], seed=4)
