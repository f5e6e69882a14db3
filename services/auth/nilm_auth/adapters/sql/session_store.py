"""Sessions and reset tokens in SQL."""

from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, insert, select, update

from nilm_auth.adapters.sql.database import Database
from nilm_auth.adapters.sql.failures import constraints
from nilm_auth.adapters.sql.tables import refresh_tokens, reset_tokens, sessions
from nilm_auth.domain.session import Rotation, RotationOutcome, SecretRecord
from nilm_core.errors import AlreadyExistsError, NotFoundError
from nilm_core.ids import new_id


class SqlSessionStore:
    """The SessionStore on a SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, user_id: str, token: SecretRecord) -> None:
        """Starts a session with its first refresh token."""
        session_id = new_id("ses")
        async with self._database.write() as connection:
            with _token_of_account():
                await connection.execute(
                    insert(sessions).values(session_id=session_id, user_id=user_id)
                )
                await connection.execute(
                    insert(refresh_tokens).values(session_id=session_id, **asdict(token))
                )

    async def rotate(self, token_hash: str, successor: SecretRecord) -> Rotation:
        """Spends a refresh token for its successor, issued at `successor.issue_time`."""
        now = successor.issue_time
        presented = refresh_tokens.c.token_hash == token_hash
        async with self._database.write() as connection:
            row = (
                await connection.execute(
                    select(refresh_tokens, sessions.c.user_id)
                    .join(sessions, sessions.c.session_id == refresh_tokens.c.session_id)
                    .where(presented)
                    .with_for_update()
                )
            ).one_or_none()
            if row is None:
                return Rotation(RotationOutcome.UNKNOWN)
            if row.spend_time is not None:
                await connection.execute(
                    delete(sessions).where(sessions.c.session_id == row.session_id)
                )
                return Rotation(RotationOutcome.REUSED, row.user_id)
            if row.expire_time <= now:
                return Rotation(RotationOutcome.EXPIRED, row.user_id)
            await connection.execute(update(refresh_tokens).where(presented).values(spend_time=now))
            await connection.execute(
                insert(refresh_tokens).values(session_id=row.session_id, **asdict(successor))
            )
            return Rotation(RotationOutcome.ROTATED, row.user_id)

    async def end(self, token_hash: str) -> None:
        """Ends the session that a refresh token belongs to; an unknown token is no error."""
        session_id = select(refresh_tokens.c.session_id).where(
            refresh_tokens.c.token_hash == token_hash
        )
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(sessions.c.session_id.in_(session_id)))

    async def end_all(self, user_id: str) -> None:
        """Ends all sessions of an account."""
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(sessions.c.user_id == user_id))

    async def prune(self, now: datetime) -> int:
        """Forgets what had expired by `now`; returns how many tokens that were."""
        alive = select(refresh_tokens.c.session_id)
        async with self._database.write() as connection:
            pruned = await connection.execute(
                delete(refresh_tokens).where(refresh_tokens.c.expire_time <= now)
            )
            await connection.execute(delete(sessions).where(sessions.c.session_id.not_in(alive)))
        return _count(pruned)


class SqlResetStore:
    """The ResetStore on a SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user_id: str, token: SecretRecord) -> None:
        """Adds a token."""
        async with self._database.write() as connection:
            with _token_of_account():
                await connection.execute(
                    insert(reset_tokens).values(user_id=user_id, **asdict(token))
                )

    async def take(self, token_hash: str, now: datetime) -> str | None:
        """Spends a token and all others of its account; returns the account's id."""
        async with self._database.write() as connection:
            taken = (
                await connection.execute(
                    delete(reset_tokens)
                    .where(reset_tokens.c.token_hash == token_hash)
                    .returning(reset_tokens.c.user_id, reset_tokens.c.expire_time)
                )
            ).one_or_none()
            if taken is None or taken.expire_time <= now:
                return None
            await connection.execute(
                delete(reset_tokens).where(reset_tokens.c.user_id == taken.user_id)
            )
            return str(taken.user_id)

    async def prune(self, now: datetime) -> int:
        """Forgets what had expired by `now`; returns how many tokens that were."""
        async with self._database.write() as connection:
            pruned = await connection.execute(
                delete(reset_tokens).where(reset_tokens.c.expire_time <= now)
            )
        return _count(pruned)


def _count(result: CursorResult[Any]) -> int:
    return result.rowcount


def _token_of_account() -> AbstractContextManager[None]:
    return constraints(
        unique=AlreadyExistsError("the token exists"), parent=NotFoundError("account not found")
    )
