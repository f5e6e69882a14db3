"""Corrections in a DuckDB file: people make few, so all of them are held in memory."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from nilm_telemetry.adapters.duckdb.committer import AfterCommit, GroupCommitter
from nilm_telemetry.domain.corrections import Correction, Verdict

_TABLE = """
CREATE TABLE IF NOT EXISTS correction (
    building_id VARCHAR NOT NULL,
    appliance_id VARCHAR NOT NULL,
    start_us BIGINT NOT NULL,
    end_us BIGINT NOT NULL,
    verdict UTINYINT NOT NULL,
    created_us BIGINT NOT NULL
)
"""

Owner = tuple[str, str]
"""Building and appliance."""


@dataclass(frozen=True, slots=True)
class _Put:
    owner: Owner
    corrections: tuple[Correction, ...]


class CorrectionTable:
    """The table, written by the owner thread alone."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(_TABLE)
        self._known: dict[Owner, dict[int, Correction]] = {}
        rows = connection.execute(
            "SELECT building_id, appliance_id, start_us, end_us, verdict, created_us "
            "FROM correction"
        ).fetchall()
        for building_id, appliance_id, start_us, end_us, verdict, created_us in rows:
            correction = Correction(start_us, end_us, Verdict(verdict), created_us)
            self._known.setdefault((building_id, appliance_id), {})[start_us] = correction

    def between(self, owner: Owner, start_us: int, end_us: int) -> list[Correction]:
        """Returns the corrections that start in an interval, in time order."""
        known = self._known.get(owner, {})
        return [known[start] for start in sorted(known) if start_us <= start < end_us]

    def apply(self, connection: duckdb.DuckDBPyConnection, requests: list[_Put]) -> AfterCommit:
        """Replaces the rows of the same start."""
        changed: dict[Owner, dict[int, Correction]] = {}
        for request in requests:
            known = changed.setdefault(request.owner, dict(self._known.get(request.owner, {})))
            for each in request.corrections:
                connection.execute(
                    "DELETE FROM correction "
                    "WHERE building_id = ? AND appliance_id = ? AND start_us = ?",
                    [*request.owner, each.start_us],
                )
                if each.verdict is Verdict.WITHDRAWN:
                    known.pop(each.start_us, None)
                    continue
                connection.execute(
                    "INSERT INTO correction VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        *request.owner,
                        each.start_us,
                        each.end_us,
                        each.verdict.value,
                        each.created_us,
                    ],
                )
                known[each.start_us] = each
        return lambda: self._known.update(changed)


class DuckDbCorrectionStore:
    """See `nilm_telemetry.ports.CorrectionStore`."""

    def __init__(self, committer: GroupCommitter, table: CorrectionTable) -> None:
        self._committer = committer
        self._table = table

    async def put(
        self, building_id: str, appliance_id: str, corrections: Sequence[Correction]
    ) -> None:
        """Keeps corrections, durable on return."""
        request = _Put((building_id, appliance_id), tuple(corrections))
        await self._committer.write(self._table, request, len(corrections))

    async def find(
        self, building_id: str, appliance_id: str, start_us: int, end_us: int
    ) -> list[Correction]:
        """Returns the corrections that start in an interval."""
        return self._table.between((building_id, appliance_id), start_us, end_us)
