"""The descriptor set that the gateway transcodes REST by, made of the installed stubs."""

import importlib
from pathlib import Path

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.rpc import error_details_pb2

import nilm


def write_descriptors(target: Path) -> None:
    """Writes the descriptors of every proto of ours, and of rich errors, with all they import."""
    found: dict[str, FileDescriptor] = {}
    for root in nilm.__path__:
        for path in sorted(Path(root).rglob("*_pb2.py")):
            name = ".".join(("nilm", *path.relative_to(root).with_suffix("").parts))
            _collect(importlib.import_module(name).DESCRIPTOR, found)
    _collect(error_details_pb2.DESCRIPTOR, found)  # what error answers carry as details
    descriptors = FileDescriptorSet()
    for descriptor in found.values():
        descriptor.CopyToProto(descriptors.file.add())
    target.write_bytes(descriptors.SerializeToString(deterministic=True))


def _collect(descriptor: FileDescriptor, found: dict[str, FileDescriptor]) -> None:
    """Adds a file after the files that it imports."""
    if descriptor.name in found:
        return
    for dependency in descriptor.dependencies:
        _collect(dependency, found)
    found[descriptor.name] = descriptor
