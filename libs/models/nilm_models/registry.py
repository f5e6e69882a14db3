"""`models/registry.json`: which models there are, which file each is, which one serves.

The file is `{"models": [entry, ...]}`; an entry's keys are those of `ModelEntry`, with the spans
and scalings written as `entry_to_json` does. An entry is written by replacing the whole file, so a
reader sees the old one or the new one.
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nilm_core.errors import DataCorruptionError, FailedPreconditionError
from nilm_models.entry import ModelEntry, entry_from_json, entry_to_json
from nilm_models.fields import FieldError, Fields

REGISTRY_NAME = "registry.json"


def read_registry(models_dir: Path) -> tuple[ModelEntry, ...]:
    """Reads and checks every entry, in the order of the file.

    Raises:
        FailedPreconditionError: There is no registry.
        DataCorruptionError: It is no JSON, or a field is wrong; the message names file and field.
    """
    path = models_dir / REGISTRY_NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise FailedPreconditionError(f"{path}: there is no model registry") from error
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise DataCorruptionError(f"{path}: cannot be read: {error}") from error
    try:
        fields = Fields(content, "")
        entries = tuple(entry_from_json(each) for each in fields.children("models"))
        fields.finish()
        _check_together(entries)
    except FieldError as error:
        raise DataCorruptionError(f"{path}: {error}") from error
    return entries


def write_entry(models_dir: Path, entry: ModelEntry) -> None:
    """Adds an entry, or replaces the one of the same model id and version, atomically.

    The other entries stay, but where the new one is active those of its appliance cease to be.

    Raises:
        DataCorruptionError: The registry that is there is damaged; it is left as it is.
    """
    models_dir.mkdir(parents=True, exist_ok=True)
    with _locked(models_dir):
        there = read_registry(models_dir) if (models_dir / REGISTRY_NAME).exists() else ()
        kept = [each for each in there if each.key != entry.key]
        if entry.is_active:
            kept = [
                each.deactivated() if each.appliance_id == entry.appliance_id else each
                for each in kept
            ]
        entries = sorted([*kept, entry], key=lambda each: each.key)
        text = json.dumps({"models": [entry_to_json(each) for each in entries]}, indent=2)
        _replace(models_dir / REGISTRY_NAME, text + "\n")


def artifact_file(models_dir: Path, entry: ModelEntry) -> Path:
    """Returns the path of an entry's weights, which lie inside the models folder.

    Raises:
        DataCorruptionError: The path leaves the folder, for instance through a link.
    """
    path = (models_dir / entry.artifact_path).resolve()
    if not path.is_relative_to(models_dir.resolve()):
        raise DataCorruptionError(
            f"{models_dir / REGISTRY_NAME}: {entry.model_id}: artifact_path: leaves the folder"
        )
    return path


def _check_together(entries: tuple[ModelEntry, ...]) -> None:
    """Refuses two entries of one model and version, and two active ones of one appliance."""
    keys: set[tuple[str, str]] = set()
    active: set[str] = set()
    for index, entry in enumerate(entries):
        if entry.key in keys:
            raise FieldError(f"models[{index}].model_version", "this model is listed twice")
        keys.add(entry.key)
        if entry.is_active and entry.appliance_id in active:
            raise FieldError(
                f"models[{index}].is_active", f"{entry.appliance_id} has two active models"
            )
        if entry.is_active:
            active.add(entry.appliance_id)


@contextmanager
def _locked(models_dir: Path) -> Iterator[None]:
    """Holds the folder for one writer at a time, across processes."""
    handle = os.open(models_dir, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(path: Path, text: str) -> None:
    """Writes a file beside `path`, flushes it to disk and moves it into place."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=".registry-", delete=False
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError:
        Path(file.name).unlink()
        raise
