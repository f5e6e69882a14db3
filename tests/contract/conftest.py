"""Servers that the contract suites of several services use."""

from collections.abc import Iterator

import pytest

from tests.support.postgres import PostgresServer
from tests.support.supabase import SupabaseProject, supabase_project


@pytest.fixture(scope="session")
def shared_supabase(postgres: PostgresServer) -> Iterator[SupabaseProject]:
    with supabase_project(postgres) as project:
        yield project


@pytest.fixture
def supabase(shared_supabase: SupabaseProject) -> SupabaseProject:
    """A Supabase project that holds nothing."""
    shared_supabase.clear()
    return shared_supabase
