"""`python -m nilm_telemetry` serves until it is told to stop."""

from nilm_rpc.server import run
from nilm_telemetry.main import main

if __name__ == "__main__":
    run("telemetry", main)
