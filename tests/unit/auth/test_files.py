import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nilm_auth.adapters.file_outbox import FileOutbox
from nilm_auth.adapters.secret_file import read_or_make_secret, read_secret
from nilm_auth.ports.security import Mail
from nilm_auth.service.service_tokens import ServiceTokens
from nilm_core.clock import ManualClock
from nilm_core.errors import FailedPreconditionError, UnavailableError

MAIL = Mail("ada@home.local", "Hello", "the token is s3cr3t")
CLOCK = ManualClock(datetime(2024, 7, 1, tzinfo=UTC))


def _lines(path: Path) -> list[dict[str, str]]:
    assert path.stat().st_mode & 0o777 == 0o600
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def test_mail_is_appended_and_its_text_kept_out_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    outbox = FileOutbox(tmp_path / "outbox.jsonl", CLOCK)
    await outbox.send(MAIL)
    await outbox.send(MAIL)
    assert (
        _lines(tmp_path / "outbox.jsonl")
        == [
            {
                "time": "2024-07-01T00:00:00+00:00",
                "to": MAIL.to,
                "subject": MAIL.subject,
                "text": MAIL.text,
            }
        ]
        * 2
    )
    assert MAIL.to in caplog.text
    assert "s3cr3t" not in caplog.text
    assert "s3cr3t" not in repr(MAIL)


async def test_mail_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError):
        await FileOutbox(tmp_path / "missing" / "outbox.jsonl", CLOCK).send(MAIL)


def test_a_secret_is_read_without_the_space_around_it(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("  s3cr3t\n")
    assert read_secret(path) == "s3cr3t"


def test_a_missing_or_empty_secret_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with pytest.raises(FailedPreconditionError, match="secret"):
        read_secret(path)
    path.write_text("\n")
    with pytest.raises(FailedPreconditionError, match="empty"):
        read_secret(path)


def test_a_secret_is_made_once_at_random(tmp_path: Path) -> None:
    path = tmp_path / "demo-password"
    secret = read_or_make_secret(path)
    assert len(secret) >= 16
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_or_make_secret(path) == secret
    assert read_or_make_secret(tmp_path / "other") != secret


def test_a_short_service_secret_is_refused() -> None:
    class NoSigner:
        def sign(self, *_args: object, **_options: object) -> None:
            raise AssertionError("nothing is signed")

    with pytest.raises(FailedPreconditionError, match="32"):
        ServiceTokens(NoSigner(), "short")  # type: ignore[arg-type] # never signs
