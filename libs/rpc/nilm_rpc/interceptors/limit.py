"""Counts calls against the limit of their class."""

from collections.abc import Mapping
from datetime import timedelta

from nilm_core.errors import ResourceExhaustedError
from nilm_rpc import metrics
from nilm_rpc.call import current_call
from nilm_rpc.interceptors.base import AdmittingInterceptor, Context
from nilm_rpc.limiter import Limiter
from nilm_rpc.policy import LimitClass, Policy


class LimitInterceptor(AdmittingInterceptor):
    """Limits users by their id, and callers without one by their address. Services are exempt."""

    def __init__(
        self, policy: Policy, limiter: Limiter, per_minute: Mapping[LimitClass, int]
    ) -> None:
        super().__init__()
        self._policy = policy
        self._limiter = limiter
        self._per_minute = per_minute

    async def admit(self, method: str, context: Context) -> None:  # noqa: ARG002 the base's signature
        """Refuses a call over its limit, telling when the next may come."""
        call = current_call()
        limit = self._policy[method].limit
        per_minute = self._per_minute[limit]
        if per_minute and not (call.principal and call.principal.is_service):
            caller = call.principal.subject if call.principal else call.address
            wait_s = await self._limiter.acquire(f"{limit}:{caller}", per_minute)
            if wait_s > 0:
                metrics.RATE_LIMITED.labels(limit.value).inc()
                raise ResourceExhaustedError(
                    f"more than {per_minute} calls a minute; try again in {wait_s:.1f} s",
                    reason="RATE_LIMITED",
                    metadata={"limit": limit.value, "per_minute": str(per_minute)},
                    retry_after=timedelta(seconds=wait_s),
                )
