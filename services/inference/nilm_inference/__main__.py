"""`python -m nilm_inference`."""

import os

# Read by torch's OpenMP when it loads: threads that wait must sleep, since the other services
# share the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from nilm_inference.main import main
from nilm_rpc.server import run

run("inference", main)
