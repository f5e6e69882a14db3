from pathlib import Path

import pytest

from nilm_core.errors import NotFoundError, UnavailableError
from nilm_inference.service.choice import ModelChoice
from nilm_models.bundle import LoadedModel
from nilm_models.store import ModelStore
from tests.support.small_models import add_model


class Directory:
    """What was entered for each building, and whether it can be asked."""

    def __init__(self, **entered: set[str]) -> None:
        self.entered = entered
        self.is_away = False
        self.asked = 0

    async def appliances(self, building_id: str) -> frozenset[str]:
        self.asked += 1
        if self.is_away:
            raise UnavailableError("auth is away")
        if building_id not in self.entered:
            raise NotFoundError("no such building")
        return frozenset(self.entered[building_id])


@pytest.fixture
def models(tmp_path: Path) -> list[LoadedModel]:
    add_model(tmp_path, "kettle", seed=1)
    add_model(tmp_path, "fridge", seed=2, training_data="synthetic")
    store = ModelStore(tmp_path)
    store.reload()
    return list(store.models().values())


def names(chosen: list[LoadedModel]) -> set[str]:
    return {model.entry.appliance_id for model in chosen}


async def test_a_synthetic_model_runs_where_its_appliance_was_entered(
    models: list[LoadedModel],
) -> None:
    choice = ModelChoice(Directory(cold={"fridge", "kettle"}, warm={"kettle"}))
    assert names(await choice.by_default("cold", models)) == {"kettle", "fridge"}
    assert names(await choice.by_default("warm", models)) == {"kettle"}


async def test_where_all_learned_from_real_mains_nobody_is_asked(models: list[LoadedModel]) -> None:
    directory = Directory()
    kettle = [model for model in models if model.entry.appliance_id == "kettle"]
    assert await ModelChoice(directory).by_default("any", kettle) == kettle
    assert directory.asked == 0


async def test_what_was_entered_holds_while_the_directory_is_away(
    models: list[LoadedModel],
) -> None:
    directory = Directory(cold={"fridge"})
    choice = ModelChoice(directory)
    await choice.by_default("cold", models)
    directory.is_away = True
    assert names(await choice.by_default("cold", models)) == {"kettle", "fridge"}
    with pytest.raises(UnavailableError):
        await choice.by_default("never asked about", models)


async def test_a_building_that_is_gone_is_told(models: list[LoadedModel]) -> None:
    directory = Directory(cold={"fridge"})
    choice = ModelChoice(directory)
    await choice.by_default("cold", models)
    del directory.entered["cold"]
    with pytest.raises(NotFoundError):
        await choice.by_default("cold", models)
