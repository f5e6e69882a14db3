import os
from pathlib import Path

import pytest

from nilm_inference.engine.threads import available_cores


@pytest.mark.parametrize(
    ("content", "most"), [("max 100000", 10_000), ("50000 100000", 1), ("100000 100000", 1)]
)
def test_the_quota_of_the_cgroup_counts(tmp_path: Path, content: str, most: int) -> None:
    path = tmp_path / "cpu.max"
    path.write_text(content)
    assert available_cores(path) == min(len(os.sched_getaffinity(0)), most)


def test_without_a_cgroup_affinity_counts(tmp_path: Path) -> None:
    assert available_cores(tmp_path / "none") == len(os.sched_getaffinity(0))
