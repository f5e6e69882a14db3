"""The servers of the tests, for benchmarks: started on free ports, stopped at the end."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

if TYPE_CHECKING:
    from tests.support.postgres import PostgresServer
    from tests.support.redis_server import RedisServer
    from tests.support.supabase import SupabaseProject


@dataclass(frozen=True)
class Servers:
    """What runs."""

    postgres: "PostgresServer"
    """Durable, as an operator's is."""
    supabase: "SupabaseProject"
    """In a database of that PostgreSQL."""
    redis: "RedisServer"


@contextmanager
def running_servers() -> Iterator[Servers]:
    """Starts all of them."""
    from tests.support.postgres import PostgresServer  # noqa: PLC0415 found by the path set above
    from tests.support.redis_server import RedisServer  # noqa: PLC0415 as above
    from tests.support.supabase import supabase_project  # noqa: PLC0415 as above

    with ExitStack() as stack:
        postgres = PostgresServer(is_durable=True)
        stack.callback(postgres.close)
        redis = RedisServer()
        stack.callback(redis.close)
        yield Servers(postgres, stack.enter_context(supabase_project(postgres)), redis)
