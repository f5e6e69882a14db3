"""PostgREST of one Supabase project: one pool of connections, an identity for each call."""

from copy import copy
from typing import Any, Protocol, cast

import httpx
from postgrest import APIError, APIResponse, AsyncPostgrestClient, AsyncRequestBuilder

from nilm_auth.adapters.supabase.failures import key_refused, meaning_of, refuse_status, unreachable
from nilm_core.errors import NilmError, UnauthenticatedError
from nilm_rpc.call import find_call

_PATH = "/rest/v1"
_MAX_CONNECTIONS = 50

Row = dict[str, Any]


class Query(Protocol):
    """A built request."""

    async def execute(self) -> APIResponse:
        """Sends it."""
        ...


class SupabaseRest:
    """Sends requests as whoever calls, so that the database itself refuses.

    A call of a person goes on with his own access token. The service key is for what Supabase Auth
    has no account of: calls of the services (the live loop asks for its buildings), what this
    process does by itself (its health check), and the profile of who is signing up or in and so
    has no token yet.

    Args:
        url: The project's address, such as `https://PROJECT.supabase.co`.
        anon_key: The publishable key, which names the project and allows nothing by itself.
        service_key: The secret key, which row-level security does not bind.
        timeout_s: Longest wait for a connection or an answer.
    """

    def __init__(self, url: str, anon_key: str, service_key: str, *, timeout_s: float) -> None:
        self._url = url.rstrip("/") + _PATH
        self._anon_key = anon_key
        self._service_key = service_key
        self._is_service = False
        self._http = httpx.AsyncClient(
            http2=True,
            timeout=timeout_s,
            limits=httpx.Limits(max_connections=_MAX_CONNECTIONS),
            event_hooks={"response": [refuse_status]},
        )

    async def close(self) -> None:
        """Closes all connections."""
        await self._http.aclose()

    async def check(self) -> None:
        """Asks the database for an answer.

        Raises:
            UnavailableError: It gives none.
            FailedPreconditionError: It refuses the service key, or lacks the migrations.
        """
        query = self.as_service().table("buildings").select("building_id").limit(1)
        try:
            await self._send(query)
        except UnauthenticatedError as error:
            raise key_refused() from error

    def as_service(self) -> "SupabaseRest":
        """Returns the same, sending with the service key whoever calls."""
        other = copy(self)
        other._is_service = True  # noqa: SLF001 # its own kind
        return other

    def before_sign_in(self) -> "SupabaseRest":
        """Returns the same, or `as_service` for a caller who is only signing up or in."""
        call = find_call()
        return self.as_service() if call is not None and call.principal is None else self

    def table(self, name: str) -> AsyncRequestBuilder:
        """Begins a request of a table or view as whoever calls.

        Raises:
            UnauthenticatedError: The caller has no token.
        """
        return self._as_caller().from_(name)

    def function(self, name: str, arguments: dict[str, Any]) -> Query:
        """Begins a call of a function of the database as whoever calls.

        Raises:
            UnauthenticatedError: The caller has no token.
        """
        return cast("Query", self._as_caller().rpc(name, arguments))

    async def rows(
        self, query: Query, *, unique: NilmError | None = None, parent: NilmError | None = None
    ) -> list[Row]:
        """Sends a request and returns the rows that it answers.

        Args:
            query: The request.
            unique: Raised where a row is there already.
            parent: Raised where what a row belongs to is not there.
        """
        answer = await self._send(query, unique, parent)
        return [cast("Row", row) for row in answer]

    async def value(self, query: Query) -> Any:
        """Sends a call of a function and returns its single value."""
        return await self._send(query)

    async def _send(
        self, query: Query, unique: NilmError | None = None, parent: NilmError | None = None
    ) -> Any:
        try:
            return (await query.execute()).data
        except APIError as error:
            meaning = meaning_of(error, unique=unique, parent=parent)
            if meaning is None:
                raise
            raise meaning from error
        except httpx.TransportError as error:
            raise unreachable(type(error).__name__) from error

    def _as_caller(self) -> AsyncPostgrestClient:
        call = find_call()
        by_service = call is None or (call.principal is not None and call.principal.is_service)
        if self._is_service or by_service:
            return self._client(self._service_key, self._service_key)
        if call is None or not call.token:
            raise UnauthenticatedError("no access token", reason="TOKEN_MISSING")
        return self._client(self._anon_key, call.token)

    def _client(self, key: str, bearer: str) -> AsyncPostgrestClient:
        """Returns a client of this one request.

        `AsyncPostgrestClient.auth` sets the token for all requests of a client, those of other
        callers too, so no client is shared; the connections are.
        """
        return AsyncPostgrestClient(
            self._url,
            headers={"apikey": key, "authorization": f"Bearer {bearer}"},
            http_client=self._http,
            retry_enabled=False,
        )
