"""The appliances that models are shipped for, and when each of them counts as on."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nilm_core.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Appliance:
    """One kind of appliance."""

    appliance_id: str
    """Name in registries, columns and RPCs, such as `washing_machine`."""
    display_name: str
    """Name for people, in English."""
    on_threshold_w: float
    """It is on in a minute whose mean power is above this, W."""


_ALL = (
    Appliance("kettle", "Kettle", 500.0),
    Appliance("dishwasher", "Dishwasher", 300.0),
    Appliance("washing_machine", "Washing machine", 300.0),
    Appliance("microwave", "Microwave", 200.0),
    Appliance("fridge", "Fridge", 50.0),
    Appliance("heat_pump", "Heat pump", 200.0),
)

APPLIANCES: Mapping[str, Appliance] = MappingProxyType({each.appliance_id: each for each in _ALL})
"""Each appliance by its id, in the order in which they are shown."""


def appliance(appliance_id: str) -> Appliance:
    """Returns the appliance of that id.

    Raises:
        NotFoundError: No such appliance; the message lists those that there are.
    """
    found = APPLIANCES.get(appliance_id)
    if found is None:
        known = ", ".join(APPLIANCES)
        raise NotFoundError(f"no appliance {appliance_id!r}; known: {known}")
    return found
