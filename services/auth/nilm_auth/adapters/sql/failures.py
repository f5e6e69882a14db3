"""What a database's failures mean: the one table from its codes to errors of ours.

SQLSTATEs are those of PostgreSQL's appendix A, names those of SQLite's result codes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from nilm_auth.adapters.refusals import write_race
from nilm_core.errors import (
    DataCorruptionError,
    FailedPreconditionError,
    NilmError,
    ResourceExhaustedError,
    UnavailableError,
)

_RETRY_AFTER = timedelta(seconds=1)
_RETRY_AFTER_FULL = timedelta(seconds=60)

_UNIQUE = frozenset({"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505"})
_DAMAGE = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB", "XX001", "XX002"})
_FULL = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "53100"})
"""No room; SQLite calls a quota or a limit of the file's size an IOERR_WRITE."""
_RACES = frozenset({"40001", "40P01"})
_REFUSALS = ("28", "3D000", "42501")
"""Classes and codes: sign-in, no such database, no right."""
_AWAY = (
    *("08", "53", "58", "57P", "57014", "55P03", "25006"),
    *("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY"),
)
"""Classes and codes: connections, resources, the system, shutdowns and starts, a statement or a
lock that took too long, read-only after a failover."""


@contextmanager
def constraints(*, unique: NilmError, parent: NilmError) -> Iterator[None]:
    """Raises `unique` where a row is there already and `parent` where what it belongs to is not."""
    try:
        yield
    except IntegrityError as error:
        raise (unique if _code(error) in _UNIQUE else parent) from error


@contextmanager
def failures(name: str) -> Iterator[None]:
    """Turns failures of the database `name` into errors of ours.

    Raises:
        AbortedError: Another transaction came first.
        DataCorruptionError: The database is damaged.
        FailedPreconditionError: The database does not let this service in, or not do this.
        ResourceExhaustedError: Its disk is full.
        UnavailableError: It cannot be reached, or did not answer in time.
    """
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        meaning = _meaning(name, error)
        if meaning is None:
            raise
        raise meaning from error


def damaged(name: str, detail: str) -> DataCorruptionError:
    """Returns the error of a damaged database."""
    return DataCorruptionError(
        f"the account database {name} is damaged ({detail}); restore it from a backup"
    )


def _meaning(name: str, error: Exception) -> NilmError | None:
    """Returns what a failure means; None for a mistake of this program."""
    code = _code(error)
    if code in _DAMAGE:
        return damaged(name, str(getattr(error, "orig", error)))
    if code in _FULL:
        return ResourceExhaustedError(
            f"the disk of the account store is full ({code}): writes are refused until there "
            "is room",
            reason="STORE_FULL",
            retry_after=_RETRY_AFTER_FULL,
        )
    if code in _RACES:
        return write_race()
    if code.startswith(_REFUSALS):
        return FailedPreconditionError(
            f"the account database {name} refuses this service (SQLSTATE {code}): check the role, "
            "the password and the database that its address names, and the role's rights",
            reason="STORE_REFUSES",
        )
    if not code or code.startswith(_AWAY):
        return UnavailableError(
            f"the account store cannot be used now ({code or type(error).__name__})",
            reason="STORE_UNAVAILABLE",
            retry_after=_RETRY_AFTER,
        )
    return None


def _code(error: BaseException) -> str:
    """Returns the database's own name of an error: SQLite's error name or an SQLSTATE."""
    original = getattr(error, "orig", None)
    name = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return str(name or "")
