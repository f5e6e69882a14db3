import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from nilm_cli.up.data_dir import DataDir, DataDirLock
from nilm_core.errors import FailedPreconditionError


@pytest.fixture
def data_dir(tmp_path: Path) -> DataDir:
    prepared = DataDir(tmp_path / "data")
    prepared.prepare()
    return prepared


def test_the_secret_is_the_owners_alone(data_dir: DataDir) -> None:
    assert stat.S_IMODE(data_dir.service_secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(data_dir.secrets.stat().st_mode) == 0o700


def test_the_secret_is_long_and_made_once(data_dir: DataDir, tmp_path: Path) -> None:
    first = data_dir.service_secret.read_text()
    data_dir.prepare()
    other = DataDir(tmp_path / "other")
    other.prepare()
    assert len(first) >= 32
    assert data_dir.service_secret.read_text() == first
    assert other.service_secret.read_text() != first


def test_a_second_owner_is_refused_by_name(data_dir: DataDir) -> None:
    refusal = pytest.raises(FailedPreconditionError, match=f"process {os.getpid()}")
    with DataDirLock(data_dir), refusal, DataDirLock(data_dir):
        pass
    with DataDirLock(data_dir):
        assert data_dir.lock.read_text() == str(os.getpid())


def _hold(data_dir: DataDir, held: "multiprocessing.synchronize.Event") -> None:
    with DataDirLock(data_dir):
        held.set()
        os._exit(9)


def test_the_lock_of_a_dead_owner_is_free(data_dir: DataDir) -> None:
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    owner = context.Process(target=_hold, args=(data_dir, held))
    owner.start()
    owner.join(60)
    assert owner.exitcode == 9
    with DataDirLock(data_dir):
        assert data_dir.lock.read_text() == str(os.getpid())


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FailedPreconditionError, match="cannot be written"):
        DataDir(tmp_path / "file" / "data").prepare()
