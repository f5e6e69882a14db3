"""REDD `low_freq`: one folder a house, mains every second (Kolter and Johnson, SustKDD 2011).

The two mains channels are the two legs of a split phase; their sum is the house.
"""

from collections.abc import Mapping
from types import MappingProxyType

from nilm_trainer.readers.house_folder import HouseFolder


class ReddReader(HouseFolder):
    """Reads a folder such as `low_freq/house_1`.

    A `washer_dryer` there is mostly a dryer, so the config has to name it where it is to count as a
    washing machine.
    """

    mains_label = "mains"
    appliance_labels: Mapping[str, frozenset[str]] = MappingProxyType(
        {
            "dishwasher": frozenset({"dishwaser", "dishwasher"}),  # the first is how REDD spells it
            "microwave": frozenset({"microwave"}),
            "fridge": frozenset({"refrigerator"}),
        }
    )
