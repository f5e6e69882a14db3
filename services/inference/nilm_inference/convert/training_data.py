"""What a model learned from, as messages say it."""

from collections.abc import Mapping
from types import MappingProxyType

from nilm.inference.v1 import model_pb2

_VALUES: Mapping[str, model_pb2.TrainingData] = MappingProxyType(
    {
        "": model_pb2.TRAINING_DATA_UNSPECIFIED,
        "real": model_pb2.TRAINING_DATA_REAL,
        "synthetic": model_pb2.TRAINING_DATA_SYNTHETIC,
    }
)


def training_data_to(training_data: str) -> model_pb2.TrainingData:
    """Returns what an entry of the registry says; unspecified where it is empty."""
    return _VALUES[training_data]
