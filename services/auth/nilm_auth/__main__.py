"""Starts the service: `python -m nilm_auth`."""

from nilm_auth.main import main
from nilm_rpc.server import run

if __name__ == "__main__":
    run("auth", main)
