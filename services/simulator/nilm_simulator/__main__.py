"""`python -m nilm_simulator`: feeds a simulated household until it is stopped."""

from nilm_rpc.server import run
from nilm_simulator.main import main

if __name__ == "__main__":
    run("simulator", main)
