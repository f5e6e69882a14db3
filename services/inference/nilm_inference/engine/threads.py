"""How many cores this process may use, and how many of them torch gets."""

import os
from pathlib import Path

_CPU_MAX = Path("/sys/fs/cgroup/cpu.max")


def available_cores(cpu_max: Path = _CPU_MAX) -> int:
    """Returns the cores that affinity and the cgroup's quota (v2) allow, at least 1."""
    cores = len(os.sched_getaffinity(0))
    try:
        quota, period = cpu_max.read_text(encoding="ascii").split()
        cores = min(cores, int(quota) // int(period))
    except (OSError, ValueError):  # no cgroup v2, or `max`: no quota
        pass
    return max(1, cores)


def torch_threads() -> int:
    """Returns the cores for torch: all but the one that serves the calls, at least 1.

    Given all cores, each batch would wait for the slower half of itself while calls are served.
    """
    return max(1, available_cores() - 1)
