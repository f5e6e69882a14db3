"""What a model card says of households that were made."""

from collections.abc import Mapping
from types import MappingProxyType

from nilm_trainer.config import Synthetic, TrainConfig

SCORES = (
    "All figures are scores on synthetic data, not on any real mains: on simulated and recorded "
    "appliances in made households, from devices and seeds that training did not hear. What they "
    "are in a real building is unknown."
)

_SIMULATIONS: Mapping[str, str] = MappingProxyType(
    {
        "fridge": (
            "fixed-speed compressors of 60 to 250 W in cycles of 15 to 90 minutes, with inrush, "
            "warm goods and defrost heaters; none that modulates"
        ),
        "heat_pump": (
            "air-source heat pumps of 0.9 to 5 kW, of fixed speed or modulating, in houses and "
            "weather of north-western Europe, with defrosts, hot water, a backup heater and "
            "standby; none that cools"
        ),
    }
)
_LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "fridge": (
            "Fridges, freezers and combinations look alike: where there are several, it estimates "
            "their sum."
        ),
        "heat_pump": "An electric heater with a thermostat may be taken for a heat pump.",
    }
)


def data_lines(config: TrainConfig, synthetic: Synthetic, appliance_id: str) -> list[str]:
    """Returns what the households are made of, one line each."""
    mains = (
        f"with a chance of {synthetic.mains_share:.0%} the measured mains of the houses below, "
        "otherwise the sum of"
        if synthetic.mains_share
        else "the sum of"
    )
    lines = [
        (
            f"- Made households of {synthetic.days} days: {synthetic.training_households} for "
            f"weights and scaling, {synthetic.validation_households} for early stopping and "
            f"calibration, {synthetic.test_households} for the test. {synthetic.absent_share:.0%} "
            "have none of the appliance."
        ),
        f"- The appliance is simulated: {_SIMULATIONS[appliance_id]}.",
        (
            f"- The rest of the mains is {mains} a drifting base load, recordings at the plug "
            f"({', '.join(synthetic.background)}) and the metered appliances of the houses below."
        ),
    ]
    if recordings := synthetic.recordings.get(appliance_id):
        apart = ", ".join(each for names in synthetic.devices_apart.values() for each in names)
        lines.insert(
            2,
            f"- With a chance of {synthetic.recording_share:.0%} it is a recorded one instead "
            f"({', '.join(recordings)}); of these, devices {apart} are kept from training.",
        )
    lines += [
        f"- {house.name}, rows of the part at hand alone. Licence {house.licence}. {house.citation}"
        for house in config.data.houses
    ]
    lines.append(
        f"- Recordings: licence {config.data.traces.licence}. {config.data.traces.citation}"
    )
    return lines


def limit_lines(appliance_id: str) -> list[str]:
    """Returns where a model that learned from made households should not be relied on."""
    return [
        (
            "- Its accuracy on real mains is unknown: it learned from synthetic data alone. It "
            "runs in a building where the appliance was entered, or where it is asked for."
        ),
        f"- {_LIMITS[appliance_id]}",
    ]
