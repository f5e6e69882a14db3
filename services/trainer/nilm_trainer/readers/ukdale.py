"""UK-DALE: one folder a house, every 6 s (Kelly and Knottenbelt, Sci. Data 2:150007, 2015).

The mains of `channel_1.dat` are apparent power, VA, and stand for W here as in the shared file.
"""

from collections.abc import Mapping
from types import MappingProxyType

from nilm_trainer.readers.house_folder import HouseFolder


class UkDaleReader(HouseFolder):
    """Reads a folder such as `house_2`."""

    mains_label = "aggregate"
    appliance_labels: Mapping[str, frozenset[str]] = MappingProxyType(
        {
            "kettle": frozenset({"kettle"}),
            "dishwasher": frozenset({"dishwasher", "dish_washer"}),
            "washing_machine": frozenset({"washing_machine", "washer_dryer"}),
            "microwave": frozenset({"microwave"}),
            "fridge": frozenset({"fridge", "fridge_freezer"}),
        }
    )
