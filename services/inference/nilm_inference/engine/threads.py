"""How many cores this process may use, and how many of them torch gets."""

import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_V2_FILES = ("cpu.max",)
_V1_FILES = ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")


def available_cores(cgroup: Path = _CGROUP) -> int:
    """Returns the whole cores that affinity and the cgroup's quota (v2 or v1) allow, at least 1."""
    cores = len(os.sched_getaffinity(0))
    for files in (_V2_FILES, _V1_FILES):
        try:
            words = [(cgroup / name).read_text(encoding="ascii") for name in files]
            quota_us, period_us = map(int, " ".join(words).split())
        except (OSError, ValueError):  # not this version, or `max`: no quota
            continue
        if quota_us > 0:  # v1 says -1 for none
            cores = min(cores, quota_us // period_us)
    return max(1, cores)


def torch_threads() -> int:
    """Returns the cores for torch: all but the one that serves the calls, at least 1.

    Given all cores, each batch would wait for the slower half of itself while calls are served.
    """
    return max(1, available_cores() - 1)
