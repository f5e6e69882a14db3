"""`python -m nilm_inference`."""

import os

# Read by torch's OpenMP when it loads: threads that wait must sleep, since the other services
# share the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Read by torch when it first takes memory: weights lie in huge pages, where the system has them
# for who asks, and are read a little quicker.
os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")

from nilm_inference.main import main
from nilm_rpc.server import run

run("inference", main)
