"""`python -m nilm_trainer CONFIG`: trains one set of weights."""

import argparse
import logging
import sys
from pathlib import Path

from nilm_core.errors import NilmError
from nilm_trainer.train import train


def main(arguments: list[str] | None = None) -> int:
    """Trains from the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="nilm_trainer", description="Trains one set of weights.")
    parser.add_argument("config", type=Path, help="YAML file, see services/trainer/configs")
    parser.add_argument("--models", type=Path, default=Path("models"), help="models folder")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="checkpoints and curves")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        entries = train(
            chosen.config,
            models_dir=chosen.models,
            runs_dir=chosen.runs,
            show_progress=not chosen.quiet,
        )
    except NilmError as error:
        sys.stderr.write(f"error: {error.message}\n")
        return 1
    for entry in entries:
        figures = " ".join(f"{name}={value:g}" for name, value in entry.metrics.items())
        sys.stdout.write(f"{entry.model_id} {entry.model_version}: {figures}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
