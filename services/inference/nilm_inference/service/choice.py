"""Which models run in a building where nobody says which."""

from collections.abc import Sequence

from nilm_core.errors import FailedPreconditionError, UnavailableError
from nilm_inference.ports import ApplianceDirectory
from nilm_models.bundle import LoadedModel
from nilm_models.entry import is_synthetic


class ModelChoice:
    """Chooses every model that learned from real mains, and others where they are wanted.

    A model that learned from synthetic data knows no real building. It runs where its appliance
    was entered for the building, or where it is asked for by name.
    """

    def __init__(self, directory: ApplianceDirectory) -> None:
        self._directory = directory
        self._entered: dict[str, frozenset[str]] = {}

    async def by_default(
        self, building_id: str, models: Sequence[LoadedModel]
    ) -> list[LoadedModel]:
        """Returns those of `models` that run where none is asked for.

        While the directory is away, what was entered when it was last asked holds.

        Raises:
            NilmError: It is not known what was entered, and it matters.
        """
        if not any(is_synthetic(model.entry) for model in models):
            return list(models)
        try:
            self._entered[building_id] = await self._directory.appliances(building_id)
        except UnavailableError:
            if building_id not in self._entered:
                raise
        entered = self._entered[building_id]
        return [
            model
            for model in models
            if not is_synthetic(model.entry) or model.entry.appliance_id in entered
        ]

    async def of_request(
        self, building_id: str, asked: Sequence[str], models: Sequence[LoadedModel]
    ) -> list[LoadedModel]:
        """Returns those of the request's `models` that run.

        Args:
            building_id: The building.
            asked: The appliances that were asked for; empty for the default.
            models: The models of those appliances; where none was asked for, all.

        Raises:
            FailedPreconditionError: None was asked for, and none runs by default.
            NilmError: As `by_default`.
        """
        if asked:
            return list(models)
        chosen = await self.by_default(building_id, models)
        if not chosen:
            raise FailedPreconditionError(
                "all models learned from synthetic data and run only for appliances that were "
                "entered for the building; enter one, or name it in appliance_ids"
            )
        return chosen
