"""What the registry says of the models that ship."""

from pathlib import Path

from nilm_models.registry import read_registry


def window_of(appliance_id: str) -> int:
    """Returns the samples of a window of the model that serves an appliance."""
    (entry,) = (
        each
        for each in read_registry(Path("models"))
        if each.is_active and each.appliance_id == appliance_id
    )
    return entry.input_window_size
