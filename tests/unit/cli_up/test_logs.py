from pathlib import Path

from nilm_cli.up.logs import begin, trim


def test_the_run_before_is_kept_beside(tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    begin(log)
    log.write_text("first run")
    begin(log)
    assert not log.exists()
    assert (tmp_path / "auth.log.1").read_text() == "first run"


def test_a_long_log_is_moved_aside_under_its_writer(tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * 100)
        trim(log, max_bytes=100)
        assert log.stat().st_size == 100
        writer.write(b"x")
        trim(log, max_bytes=100)
        writer.write(b"new")
    assert log.read_bytes() == b"new"
    assert (tmp_path / "auth.log.1").stat().st_size == 101
