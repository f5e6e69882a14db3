"""Answers the repeat of a request with its first answer."""

import hashlib
from typing import Any

from nilm_core.errors import InvalidArgumentError
from nilm_core.ids import is_request_id
from nilm_rpc.call import current_call
from nilm_rpc.idempotency import IdempotencyStore, StoredAnswer
from nilm_rpc.interceptors.base import Context, Handler, WrappingInterceptor, behaviour_of, replaced

IDEMPOTENCY_KEY_HEADER = "idempotency-key"
_FIELD = "request_id"


class RepeatInterceptor(WrappingInterceptor):
    """Keeps the answers of unary calls whose request has a `request_id`.

    The header `idempotency-key` fills the field where it is empty. Only a success is kept: a call
    that failed is tried anew.
    """

    def __init__(self, store: IdempotencyStore) -> None:
        super().__init__()
        self._store = store

    def wrap(self, method: str, handler: Handler) -> Handler:
        """Returns a handler that remembers."""
        if handler.request_streaming or handler.response_streaming:
            return handler
        inner, _ = behaviour_of(handler)
        serialize = handler.response_serializer or bytes

        async def unary(request: Any, context: Context) -> Any:
            request_id = _request_id(request, context)
            if not request_id:
                return await inner(request, context)
            return await self._once(method, request_id, request, lambda: inner(request, context))

        return replaced(
            handler,
            unary,
            lambda answer: answer if isinstance(answer, bytes) else serialize(answer),
        )

    async def _once(self, method: str, request_id: str, request: Any, answer: Any) -> Any:
        call = current_call()
        caller = call.principal.subject if call.principal else call.address
        key = f"{caller}:{method}:{request_id}"
        fingerprint = hashlib.sha256(request.SerializeToString(deterministic=True)).digest()
        first = await self._store.begin(key)
        if first is not None:
            if first.fingerprint != fingerprint:
                raise InvalidArgumentError.of_field(
                    _FIELD, "was used for another request; take a new one for each"
                )
            return first.response
        try:
            response = await answer()
        except BaseException:
            await self._store.abandon(key)
            raise
        await self._store.finish(key, StoredAnswer(fingerprint, response.SerializeToString()))
        return response


def _request_id(request: Any, context: Context) -> str:
    descriptor = getattr(request, "DESCRIPTOR", None)
    if descriptor is None or _FIELD not in descriptor.fields_by_name:
        return ""
    if not request.request_id:
        for key, value in context.invocation_metadata() or ():
            if key == IDEMPOTENCY_KEY_HEADER:
                request.request_id = str(value)
    request_id: str = request.request_id
    if request_id and not is_request_id(request_id):
        raise InvalidArgumentError.of_field(
            _FIELD, "must be 1 to 128 printable ASCII characters without spaces"
        )
    return request_id
