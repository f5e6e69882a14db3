import os
import subprocess
import sys
from pathlib import Path

import pytest

from nilm_inference.engine.threads import available_cores

HERE = len(os.sched_getaffinity(0))

FIRST_TORCH = """
import os, runpy, sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            print("OMP_WAIT_POLICY is", os.environ.get("OMP_WAIT_POLICY"))
            sys.exit(0)

sys.meta_path.insert(0, Watch())
runpy.run_module("nilm_inference", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("content", "most"),
    [("max 100000", HERE), ("50000 100000", 1), ("100000 100000", 1), ("2000000 100000", 20)],
)
def test_the_quota_of_the_cgroup_counts(tmp_path: Path, content: str, most: int) -> None:
    (tmp_path / "cpu.max").write_text(content)
    assert available_cores(tmp_path) == min(HERE, most)


@pytest.mark.parametrize(("quota", "most"), [("-1", HERE), ("50000", 1), ("100000", 1)])
def test_the_quota_of_the_older_cgroup_counts(tmp_path: Path, quota: str, most: int) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text(quota)
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000")
    assert available_cores(tmp_path) == min(HERE, most)


def test_without_a_cgroup_affinity_counts(tmp_path: Path) -> None:
    assert available_cores(tmp_path / "none") == HERE


@pytest.mark.parametrize(("given", "kept"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_waiting_threads_sleep_unless_told_otherwise(given: str | None, kept: str) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "OMP_WAIT_POLICY"}
    if given is not None:
        environment["OMP_WAIT_POLICY"] = given
    output = subprocess.run(
        [sys.executable, "-c", FIRST_TORCH],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    ).stdout
    assert output.split() == ["OMP_WAIT_POLICY", "is", kept]
