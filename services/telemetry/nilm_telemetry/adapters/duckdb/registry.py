"""Short integer keys for names, so that rows stay narrow."""

from collections.abc import Iterator, Sequence

import duckdb

from nilm_telemetry.adapters.duckdb.committer import AfterCommit, GroupCommitter

Name = tuple[str, ...]


class Registry:
    """Gives each name a key, kept in a table of its own; all of it is held in memory."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]
    ) -> None:
        self._table = table
        declared = ", ".join(f"{column} VARCHAR NOT NULL" for column in columns)
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {table} (series_key INTEGER NOT NULL, {declared})"
        )
        names = ", ".join(columns)
        rows = connection.execute(f"SELECT series_key, {names} FROM {table}").fetchall()  # noqa: S608 names of ours
        self._keys: dict[Name, int] = {tuple(row[1:]): row[0] for row in rows}
        self._names: dict[int, Name] = {key: name for name, key in self._keys.items()}
        self._places = ", ".join("?" for _ in range(len(columns) + 1))

    def find(self, name: Name) -> int | None:
        """Returns the key of a name, if it has one."""
        return self._keys.get(name)

    def name(self, key: int) -> Name:
        """Returns the name of a key."""
        return self._names[key]

    def names(self) -> Iterator[tuple[Name, int]]:
        """Returns all names and their keys."""
        return iter(tuple(self._keys.items()))

    async def key(self, name: Name, committer: GroupCommitter) -> int:
        """Returns the key of a name, durably given on first use."""
        key = self._keys.get(name)
        if key is None:
            await committer.write(self, name, 1)
            key = self._keys[name]
        return key

    def apply(self, connection: duckdb.DuckDBPyConnection, requests: list[Name]) -> AfterCommit:
        """Gives keys to the names that have none."""
        fresh = [name for name in dict.fromkeys(requests) if name not in self._keys]
        keys = range(len(self._keys) + 1, len(self._keys) + 1 + len(fresh))
        given = dict(zip(fresh, keys, strict=True))
        for name, key in given.items():
            connection.execute(f"INSERT INTO {self._table} VALUES ({self._places})", [key, *name])  # noqa: S608 names of ours

        def remember() -> None:
            self._names.update({key: name for name, key in given.items()})
            self._keys.update(given)

        return remember
